"""Every file of rules of the package: each example fires its rule, no counter-example does, in order, nothing twice."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import pipeline
from pipeline.catalogue.titles import match_policy
from pipeline.changes.compare import WordEdit
from pipeline.changes.weights import is_weighty
from pipeline.facts import links
from pipeline.facts.labelled import joins
from pipeline.facts.looks import looks_like_approver, looks_like_owner, looks_like_person
from pipeline.facts.reading import extract_facts
from pipeline.facts.titles.cut import opening_title
from pipeline.facts.titles.find import content_words
from pipeline.facts.titles.look import heads_part, is_bare, is_no_title
from pipeline.findings import obsolete_terms
from pipeline.findings.expectations import is_less_than_the_board
from pipeline.findings.file_names import inherited_title_problems
from pipeline.findings.page_margins import cover_problems
from pipeline.findings.promises import find_promises
from pipeline.findings.template_marks import find_template_fields, unfinished_problems
from pipeline.labels.listed import find_labels
from pipeline.labels.unlisted import phrase_kinds
from pipeline.last_look.told import Spot, says
from pipeline.model.documents import Region, Span
from pipeline.named import own_body
from pipeline.named.details.ways import ABOUT, DETAIL_WORD, GOES_WITH, OUTSIDE, REACHES, WAY, WHERE
from pipeline.named.names import titles
from pipeline.named.names.name_words import name_at
from pipeline.named.names.parts import parse_name
from pipeline.named.names.people import find_name, has_given_name, is_name, may_be_name
from pipeline.named.names.spellings import NameForm, find_forms
from pipeline.named.names.titles import Shows, one_title
from pipeline.named.organisations import Named
from pipeline.named.other_bodies import body_beside, is_of_another_body
from pipeline.named.roles.other_labels import is_of_something_else
from pipeline.named.roles.other_posts import find_capacities
from pipeline.named.roles.other_tasks import tells_a_task
from pipeline.named.roles.posts_beside import post_apposed
from pipeline.named.roles.rules import MORE
from pipeline.named.roles.things import THING, is_a_thing
from pipeline.named.roles.vocabulary import find_roles
from pipeline.named.schools import find_school, school_in
from pipeline.named.ties import find as ties
from pipeline.plan import pronoun_words
from pipeline.policies import owners
from pipeline.policies.intake import genres
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import list_lines
from pipeline.text.phrases import Writing, spellings
from pipeline.text.rules import Rule, load_rules, words_beside
from tests.evaluate import document_from_text
from tests.plan.test_posts_beside import copy_of

PACKAGE = Path(pipeline.__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Tried:
    """A file of rules: what its rules have besides, and whether a rule fires in a text."""

    fires: Callable[[Rule, str], bool]
    more: tuple[str, ...] = ()


def says_obsolete(rule: Rule, text: str) -> bool:
    said = [each.message for each in obsolete_terms.obsolete_problems(list_lines(document_from_text(text)))]
    return len([message for message in said if message.endswith(f"is out of date: {rule.more['now']}.")]) == 1


def is_label(rule: Rule, text: str) -> bool:
    return any(label.rule in map(rule.name, rule.phrases) for label in find_labels(text))


def asks_by_its_words(rule: Rule, text: str) -> bool:
    has_word = any(word in text.lower().split() for phrase in rule.phrases for word in spellings(phrase))
    return has_word and [kind.value for kind in phrase_kinds(text)] == rule.more["asks"]


def weighs(rule: Rule, text: str) -> bool:
    before, after = (re.findall(r"\w+", side.lower()) for side in text.split(" → "))
    edit = WordEdit(
        tuple(word for word in before if word not in after), tuple(word for word in after if word not in before)
    )
    known = {word for phrase in rule.phrases for word in spellings(phrase)}
    return bool(known & {*edit.removed, *edit.added}) and is_weighty(edit) == (rule.kind != "light")


def promises(rule: Rule, text: str) -> bool:
    return any(each.kind.value == rule.kind for each in find_promises(list_lines(document_from_text(text))))


def is_left_over(rule: Rule, text: str) -> bool:
    if rule.kind in {"note", "signer", "signing"}:
        return bool(list(unfinished_problems(list_lines(document_from_text(text)))))
    found = find_template_fields(list_lines(document_from_text(text)))
    return any(each.is_later == (rule.kind == "later") for each in found)


def approves(rule: Rule, text: str) -> bool:
    return is_less_than_the_board(text) == (rule.kind == "less")


def looks(rule: Rule, text: str) -> bool:
    if rule.kind == "heading":
        return not looks_like_person(text, frozenset)
    if rule.kind == "no-surname":
        return not looks_like_approver(text)
    return looks_like_owner(text) if rule.kind == "post" else looks_like_approver(text)


def is_organisation(rule: Rule, text: str) -> bool:
    found = Named(list_lines(document_from_text(f"{text}\nHomework Policy\nIntroduction"))).best()
    return (found is not None) != (rule.kind in {"alone", "body", "never", "public", "subject"})


def tells_a_cycle(rule: Rule, text: str) -> bool:
    return extract_facts(document_from_text(f"Pond Policy\n{text}")).review_cycle_months is not None


def stands_around_a_label(rule: Rule, text: str) -> bool:
    looks = {
        "edition": joins.OTHERS_EDITION.match,
        "filler": joins.FILLER.fullmatch,
        "others": joins.DISTRACTING.search,
        "subject": joins.SUBJECT.search,
    }
    return looks[rule.kind](text) is not None


def is_dropped(rule: Rule, text: str) -> bool:
    return match_policy(text) is not None


def shows_in_titles(rule: Rule, text: str) -> bool:
    says: dict[str, Callable[[str], bool]] = {
        "bare": is_bare,
        "file-name": lambda name: content_words(name) <= content_words("Pond"),
        "joining": lambda title: opening_title(title) == title,
        "no-title": is_no_title,
        "no-title-with-more": is_no_title,
        "part": heads_part,
        "spoken": lambda title: opening_title(title) is None,
    }
    return says[rule.kind](text)


def tells_nothing(rule: Rule, text: str) -> bool:
    document = document_from_text("Pond Policy\nApproved: May 2024")
    facts = extract_facts(document)
    if rule.kind == "title":
        return not any(inherited_title_problems({"title": text}, list_lines(document), facts))
    footer = replace(document.blocks[-1], spans=(Span(text),), region=Region.PAGE_FOOTER)
    return any(cover_problems(list_lines(replace(document, blocks=(*document.blocks, footer))), facts))


def shows_behind_pronouns(rule: Rule, text: str) -> bool:
    if rule.kind == "unbending":
        return pronoun_words._bent_verb(text) == text
    return pronoun_words._OBJECT_NEXT.match(text.partition("her")[2]) is not None


def may_own(rule: Rule, text: str) -> bool:
    return owners._POST.search(text) is not None


def is_role(rule: Rule, text: str) -> bool:
    mine = (rule.kind, rule.more.get("bare", False), rule.more.get("planned", ""))
    return mine in [(each.role, each.bare, each.planned) for each in find_roles(text)]


def tells(rule: Rule, text: str) -> bool:
    if rule.kind == "below":
        return ties.announced(text) is not None
    return any(tie.rule in map(rule.name, rule.phrases) for tie in ties.find_ties(text))


def announces(rule: Rule, text: str) -> bool:
    label = text.partition(":")[0]
    if rule.kind == "outside":
        return re.search(rf"\b{OUTSIDE}", label, re.IGNORECASE) is not None
    if rule.kind in {"about", "goes-with", "reaches", "where"}:
        more = {"about": f"|{REACHES}|{ABOUT}", "goes-with": "", "reaches": f"|{REACHES}", "where": f"|{WHERE}"}[
            rule.kind
        ]
        words = f"{GOES_WITH}{more}"
        return re.fullmatch(rf"(?:(?:{words}|{DETAIL_WORD})\s*)+", label, re.IGNORECASE) is not None
    words = {"way": WAY, "detail": DETAIL_WORD}[rule.kind]
    return re.fullmatch(rf"(?:{words}\W*)+[\d ]+", text) is not None


def is_title(rule: Rule, text: str) -> bool:
    found = re.search(rf"\b{one_title(Shows[rule.kind.upper()])}\b", text)
    return found is not None and found[0] in rule.phrases and find_name(text, found.start()) is not None


def shows_in_names(rule: Rule, text: str) -> bool:
    match rule.kind:
        case "given-too" | "given-word" | "surname" | "surname-too" | "surname-with-title":
            return is_name(text)
        case "call" | "no-name" | "no-surname" | "place":
            return not is_name(text)
        case "given-name":
            return has_given_name(text)
        case "ordinary":
            return not has_given_name(text)
        case "post":
            return not may_be_name(text, titled=True)
        case "post-surname" | "school-surname" | "surname-in-s":
            return name_at(text, 0, len(text), strong=True) == len(text)
        case "body" | "no-first" | "no-name-end" | "no-person" | "post-beside-role":
            return name_at(text, 0, len(text), strong=True) is None
    name = parse_name(text)
    assert name is not None
    if rule.kind == "no-first-name":
        initial = parse_name("S. Lister")
        assert initial is not None
        return next(find_forms(text, initial)).start > 0
    return " " in name.surname if rule.kind.startswith("particle") else not name.first


def shows_in_schools(rule: Rule, text: str) -> bool:
    if rule.kind == "tells-none-apart":
        return own_body._is_another(*text.split(" / "))
    if rule.kind in {"art", "faith"}:
        return school_in(text) == text
    if rule.kind == "of-places":
        found = find_school(list_lines(document_from_text(f"{text}\n\nBehaviour Policy")))
        return found is not None and found.confidence > 0.95
    if rule.kind == "content":
        return find_school(list_lines(document_from_text(text))) is None
    if rule.kind in {"doing", "never-before-kind", "no-name-before", "shared"}:
        return school_in(text) is None
    return school_in(text) not in {None, text}


def shows_beside_roles(rule: Rule, text: str) -> bool:
    match rule.kind:
        case "label":
            return not is_of_something_else(text)
        case "lone-post" | "post":
            return any(find_capacities(text, ()))
        case "any-post" | "no-post":
            return not any(find_capacities(text, ()))
        case "apposed":
            return post_apposed(f"Ada Holt, {text}, has it.", 0, 8, ())
        case "no-apposed":
            return not post_apposed(f"Ada Holt, {text}, has it.", 0, 8, ())
        case "between":
            return copy_of(text)[1] is None
        case "body":
            return is_of_another_body(text, text.index("lead"), len(text))
        case "no-body" | "part":
            other = body_beside(text, text.index("DSL"), len(text), lambda name: False)
            return (other is None) == (rule.kind == "no-body")
        case "everyday":
            return tells_a_task(text)
        case "thing":
            return THING.match(text.removeprefix("Holt")) is not None
        case "place":
            before, given, surname = text.split()
            form = NameForm(len(before) + 1, len(text), "", given, reversed=False, capitals=False)
            return is_a_thing(f"{before} ", "", form, surname)
    said = ("dsl", "") if rule.kind == "served" else ("other", "")
    return [(each.role, each.may_be) for each in find_roles(text)] == [said]


def is_genre(rule: Rule, text: str) -> bool:
    if rule.kind == "blank":
        return genres._CASE.search(f"Pay policy {text}") is None
    pattern = {
        "case": genres._CASE,
        "column": genres._COLUMN,
        "concerning": genres._CONCERNING,
        "opens": genres._OPENS,
        "other": genres._OTHER,
        "paper": genres._PAPER,
        "policy": genres._NAME,
        "record": genres._RECORD,
        "subject": genres._SUBJECT,
    }[rule.kind]
    looks = {"column": pattern.fullmatch, "opens": pattern.match, "subject": pattern.match}
    return looks.get(rule.kind, pattern.search)(f"{text}: Ann" if rule.kind == "subject" else text) is not None


def is_told(rule: Rule, text: str) -> bool:
    before, told, behind = text.partition("{name}")
    spot = Spot(before, behind)
    if told:
        return spot.tells(rule.kind)
    return (says(rule.kind).fullmatch if rule.kind == "asks" else says(rule.kind).search)(spot.before) is not None


def is_no_link(rule: Rule, text: str) -> bool:
    if rule.kind == "policy-word":
        return len(extract_facts(document_from_text(f"Pond Policy\n{text}")).linked_policies) == 1
    if rule.kind in {*links._BEHIND, "heads-list"}:
        announced = f"Pond Policy\n{text}" if "Duck" in text else f"Pond Policy\n{text}\nDuck Policy"
        return extract_facts(document_from_text(announced)).linked_policies == ("Duck Policy",)
    listed = f"Pond Policy\nLinked policies\nVisits Policy\n{text}\nDuck Policy"
    names = extract_facts(document_from_text(listed)).linked_policies
    return ("Duck Policy" not in names) if rule.kind == "closing" else text not in names


FILES: dict[str, Tried] = {
    "catalogue/words.toml": Tried(is_dropped),
    "changes/weights.toml": Tried(weighs),
    "facts/cycles.toml": Tried(tells_a_cycle),
    "facts/labelled/words.toml": Tried(stands_around_a_label),
    "facts/listed_policies.toml": Tried(is_no_link),
    "facts/looks.toml": Tried(looks),
    "facts/titles/titles.toml": Tried(shows_in_titles),
    "findings/expectations.toml": Tried(approves),
    "findings/obsolete_terms.toml": Tried(says_obsolete, ("now", "not_before")),
    "findings/promises.toml": Tried(promises),
    "findings/template_marks.toml": Tried(is_left_over),
    "findings/words.toml": Tried(tells_nothing),
    "labels/listed.toml": Tried(is_label, ("followed_by", "not_before", "alone")),
    "labels/unlisted.toml": Tried(asks_by_its_words, ("asks",)),
    "last_look/told.toml": Tried(is_told),
    "plan/pronoun_words.toml": Tried(shows_behind_pronouns),
    "policies/intake/genres.toml": Tried(is_genre),
    "policies/owners.toml": Tried(may_own),
    "named/details/ways.toml": Tried(announces),
    "named/organisations.toml": Tried(is_organisation),
    "named/names/titles.toml": Tried(is_title, titles.MORE),
    "named/names/words.toml": Tried(shows_in_names),
    "named/roles/roles.toml": Tried(is_role, MORE),
    "named/roles/words.toml": Tried(shows_beside_roles),
    "named/schools.toml": Tried(shows_in_schools),
    "named/ties/ties.toml": Tried(tells, ties.MORE),
}
OTHER_DATA = {
    "catalogue/external.toml": "facts with their sources",
    "catalogue/guidance.toml": "facts with their sources",
    "catalogue/policies.toml": "facts with their sources",
    "named/layout/layouts.toml": "patterns over signs, tried by tests/named/test_layouts.py",
    "mail/routes/refusals.toml": "patterns and codes, tried by tests/mail",
    "people/lists/columns.toml": "headings of lists of people, tried by tests/people",
    "privacy/purposes.toml": "what is held and why",
    "reasons/reasons.toml": "how reasons are worded, held to the code by tests/test_reasons.py",
}
"""TOML files of the package that hold no phrases looked for in texts."""

RULES = [(name, rule) for name, tried in FILES.items() for rule in load_rules(PACKAGE / name, tried.more).rules]


def test_every_file_of_rules_is_tried() -> None:
    there = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.toml") if "_shipped" not in path.parts}
    assert there == FILES.keys() | OTHER_DATA.keys()


@pytest.mark.parametrize(("name", "rule"), RULES, ids=[rule.name() for _, rule in RULES])
def test_an_example_fires_its_rule_and_no_counter_example_does(name: str, rule: Rule) -> None:
    assert FILES[name].fires(rule, rule.example), "its example does not fire it"
    assert not FILES[name].fires(rule, rule.counter_example), "its counter-example fires it"


@pytest.mark.parametrize("name", FILES)
def test_rules_and_phrases_stand_in_order_and_none_twice(name: str) -> None:
    read = load_rules(PACKAGE / name, FILES[name].more)
    order = [(rule.kind, in_order(rule.phrases[0])) for rule in read.rules]
    assert order == sorted(order)
    for rule in read.rules:
        assert list(rule.phrases) == sorted(rule.phrases, key=in_order), rule.name()
    phrases = [phrase for rule in read.rules for phrase in rule.phrases]
    assert {phrase for phrase in phrases if phrases.count(phrase) > 1} == read.twice
    for words in read.words.values():
        assert list(words) == sorted(words, key=in_order)
        assert len(set(words)) == len(words)


def in_order(phrase: str) -> str:
    return "".join(letter for letter in phrase.casefold() if letter.isalnum() or letter == " ").strip()


RULE = {"kind": '"a"', "phrases": '["b"]', "example": '"c"', "counter_example": '"d"'}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"example": '""'}, "lacks"),
        ({"kind": None}, "lacks"),
        ({"colour": '"red"'}, "colour"),
        ({"phrases": '["b ["]'}, "no phrase"),
    ],
)
def test_a_rule_that_lacks_or_has_something_is_refused(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    path = tmp_path / "rules.toml"
    lines = [f"{key} = {value}" for key, value in (RULE | changed).items() if value is not None]
    path.write_text("\n".join(["[[rule]]", *lines]), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load_rules(path)


def test_words_of_a_kind_are_every_spelling(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    rule = "\n".join(f"{key} = {value}" for key, value in RULE.items() if key != "phrases")
    path.write_text(f'[[rule]]\n{rule}\nphrases = ["child(ren)", "[for/of] us"]', encoding="utf-8")
    assert load_rules(path).words_of("a") == {"child", "children", "for us", "of us"}
    with pytest.raises(ValueError, match="cannot be spelt"):
        list(spellings("a … b"))


def test_words_beside_a_module_are_read_when_they_are_first_asked_for(tmp_path: Path) -> None:
    words_of = words_beside(str(tmp_path / "ducks.py"))
    rules = [
        RULE | {"kind": f'"{kind}"', "phrases": f'["{phrase}"]'} for kind, phrase in (("a", "teal(s)"), ("b", "eider"))
    ]
    lines = [line for rule in rules for line in ("[[rule]]", *(f"{key} = {value}" for key, value in rule.items()))]
    (tmp_path / "ducks.toml").write_text("\n".join(lines), encoding="utf-8")
    assert words_of("a") == {"teal", "teals"}
    assert words_of("a", "b") == {"eider", "teal", "teals"}


def test_a_pattern_of_words_is_made_when_it_is_first_looked_for() -> None:
    asked: list[str] = []
    pattern = compiled_lazily(lambda: asked.append("words") or "teal|eider", re.IGNORECASE)
    assert asked == []
    assert pattern.search("an EIDER") is not None
    assert pattern.search("a swan") is None
    assert asked == ["words"]


def test_modules_that_ask_for_words_read_no_file_of_them_when_they_are_imported() -> None:
    modules = "names.name_words names.spellings names.words roles.other_posts roles.things roles.words schools"
    lines = [
        *(f"import pipeline.named.{module}" for module in modules.split()),
        "from pipeline.named import names, roles, schools",
        "asked = (names.words.words_of, roles.words.words_of, schools.school_words)",
        "print([each.cache_info().currsize for each in asked])",
    ]
    said = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[0, 0, 0]"


def test_of_phrases_that_fit_at_one_place_the_one_that_asks_for_most_counts(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    rule = "\n".join(f"{key} = {value}" for key, value in RULE.items() if key != "phrases")
    path.write_text(f'[[rule]]\n{rule}\nphrases = ["links (of) to", "links to [duck/pond] policies"]', encoding="utf-8")
    read = load_rules(path)
    found = re.match(read.pattern_of("a"), "Links to pond policies and more")
    assert found is not None
    assert found[0] == "Links to pond policies"
    assert re.match(read.pattern_of("a", Writing(gap="-", some="")), "links to pond policies") is None
