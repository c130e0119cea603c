"""What stands at the address of a policy that is no longer in use: a page and a PDF that say so.

A link to the file, on the school's website or in a mail, leads on; nobody goes by a text that was withdrawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config, PublishSection
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.papers.setting import set_paper
from pipeline.policies.audience import would_be_public
from pipeline.register.policies.copies import list_copies
from pipeline.register.policies.policies import list_policies
from pipeline.register.transaction import Transaction
from pipeline.resources import render_page
from pipeline.wording import say_day

SAFETY = "Worried about a child? Tell the school’s safeguarding lead now, in person or by telephone. In danger: 999."
WHO = "Today’s name and number stand on the school’s page of all policies."


@dataclass(frozen=True, slots=True)
class EndedPolicy:
    """A policy that is no longer in use and of which there were copies."""

    slug: str
    title: str
    ended_on: date
    was_public: bool


def list_ended(
    tx: Transaction, school: str, standings: Sequence[PolicyStanding], rules: PublishSection
) -> tuple[EndedPolicy, ...]:
    """Return the policies that were withdrawn, in the order of ``standings``; none of ``[publish] never``."""
    withdrawn = {each.id: each.withdrawn_on for each in list_policies(tx, school) if each.withdrawn_on is not None}
    copied = {copy.policy_id for copy in list_copies(tx, school)} if withdrawn else frozenset()
    return tuple(
        EndedPolicy(each.slug, each.title, ended_on, would_be_public(each, rules))
        for each in standings
        if each.state is ReviewState.WITHDRAWN and each.slug not in rules.never and each.policy_id in copied
        if (ended_on := withdrawn.get(each.policy_id)) is not None
    )


def ended_files(policy: EndedPolicy, config: Config, said: Mapping[str, object]) -> Mapping[str, bytes]:
    """Return the page and the PDF by their ending; ``said`` is what every page of the site says.

    Raises:
        ConfigurationError: a template cannot be used.
        RenderError: the PDF cannot be set.
    """
    ended = say_day(policy.ended_on)
    page = render_page("site/ended.html", config.templates, **said, title=policy.title, ended=ended)
    # Nobody is named in it, and it is dated by the day it ended: the file stays as it is.
    fields = {
        "title": policy.title,
        "school": config.school.name,
        "safety": SAFETY,
        "safety_others": WHO,
        "contacts": [],
        "enter": "",
        "ended": ended,
        "foot": config.school.name,
    }
    pdf = set_paper("ended.typ", fields, policy.ended_on, config.templates)
    return {".html": page.encode("utf-8"), ".pdf": pdf}
