"""The links under *What you can do*: the decisions that may be made of what a page is about."""

from pipeline.decisions.declare import address_names
from pipeline.decisions.table import DECISIONS
from pipeline.web.desk.view import View


def list_offers(view: View, subject: object, **address: object) -> list[tuple[str, str]]:
    """Return words and address of each decision that the person who asks may make of what a page is about.

    ``address`` names the parts of the page's own address, as the pages of the decisions have them.
    """
    here = [one for one in DECISIONS if one.words.page and address_names(one) == address.keys()]
    found = [(one.offer(view.case, subject), one) for one in here if view.who.may(one.words.right)]
    return [(words, one.words.page.format(**address)) for words, one in found if words]
