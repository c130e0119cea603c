"""Search over everything the desk has a page of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.register.mail.lists import MailsWanted, count_mail_lines, list_mail_lines
from pipeline.web.desk.listing import Filters, read_filters
from pipeline.web.desk.policies.copies import list_copy_lines
from pipeline.web.desk.problems import findings_of
from pipeline.web.desk.view import Answer, View
from pipeline.web.guides import list_guides

_MOST = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind."""

    kind: str
    number: int
    links: tuple[tuple[str, str, str], ...]
    """The first few: words, address, a note."""
    all_at: str
    """The list that has them all."""


def show_search(view: View) -> Answer:
    """Show what every word that is searched for stands in."""
    filters = read_filters("/search", view.request.query_params)
    found = list(_search(view, filters)) if filters.search else []
    return Answer("search.html", "Search", {"filters": filters, "found": [one for one in found if one.number]})


def _search(view: View, filters: Filters) -> Iterator[Found]:
    query = filters.address(page="").partition("?")[2]
    policies = [one for one in view.picture.standings if filters.finds(one.title, one.slug, one.owner)]
    links = [(one.title, f"/policies/{one.slug}", one.owner or "") for one in policies]
    yield _found("Policies", links, f"/policies?{query}")
    people = [(row.id, row.person) for row in view.picture.people]
    links = [
        (person.name, f"/people/{key}", person.role)
        for key, person in people
        if filters.finds(person.name, person.person_id, person.work_email)
    ]
    yield _found("People", links, f"/people?{query}")
    copies = [(line.copy, line.one.title) for line in list_copy_lines(view) if line.copy]
    links = [(copy.code, f"/copies/{copy.code}", title) for copy, title in copies if filters.finds(copy.code)]
    yield _found("Copies", links, f"/copies?{query}")
    problems = [each for one in view.picture.standings for each in findings_of(one)]
    links = [
        (each.one.title, each.href, said) for each in problems if filters.finds(said := view.say(each.problem.why))
    ]
    yield _found("To look at", links, f"/problems?{query}")
    yield _mails(view, filters.search.split(), f"/mailings/mails?{query}")
    links = [
        (section.words, section.href, guide.title)
        for guide in list_guides()
        for section in guide.sections
        if filters.finds(section.words, section.text)
    ]
    yield _found("Help", links, "/help")


def _found(kind: str, links: Sequence[tuple[str, str, str]], all_at: str) -> Found:
    return Found(kind, len(links), tuple(links[:_MOST]), all_at)


def _mails(view: View, words: Sequence[str], all_at: str) -> Found:
    wanted = MailsWanted(search=words)
    lines = list_mail_lines(view.tx, view.school, wanted, most=_MOST)
    links = tuple((line.subject, f"/mail/{line.id}", line.name or line.recipient) for line in lines)
    return Found("Mails", count_mail_lines(view.tx, view.school, wanted), links, all_at)
