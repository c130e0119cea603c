"""Who looks after which policies, and who is told of their reviews."""

from dataclasses import dataclass
from urllib.parse import urlencode

from pipeline.policies.decisions.handing_over import Owner, list_owners
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, View

OWNERS = Crumb("Who looks after what", "/owners")


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One owner in the list."""

    owner: Owner
    late: int
    """How many of their policies are late for review."""

    @property
    def policies_href(self) -> str:
        """The list of what they look after."""
        return f"/policies?{urlencode({'owner': self.owner.name})}" if self.owner.name else "/policies"

    @property
    def hand_over_href(self) -> str:
        """Where everything of theirs is handed over."""
        return f"/owners/hand-over?{urlencode({'owner': self.owner.name})}"


def show_owners(view: View) -> Answer:
    """Show the owners, those with most policies first."""
    late = {one.slug for one in view.picture.standings if one.days is not None and one.days < 0}
    lines = [
        OwnerLine(owner, sum(one.slug in late for one in owner.policies))
        for owner in list_owners(view.tx, view.school, view.config, view.today)
    ]
    return Answer("owners.html", "Who looks after what", {"lines": lines}, (DESK, POLICIES), at="/policies")
