"""A planner that saw nothing, and one that put people in each other's places: the last look tells of them by itself."""

import re
from dataclasses import replace

from pipeline.documents import read_document_bytes
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory
from pipeline.model.documents import Block, Document
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.plan.values import ReplacementPlan
from tests.hard_names import HardDocument, directory_for, invent

_COUNT = 60
_SEED = 4100


def plain_documents() -> list[HardDocument]:
    return [invent(_SEED + number, plain=True) for number in range(_COUNT)]


def exchanged(document: Document, one: str, other: str) -> Document:
    """Return a document in which two names stand in each other's places."""

    def block(each: Block) -> Block:
        rows = tuple(tuple(replace(cell, blocks=tuple(map(block, cell.blocks))) for cell in row) for row in each.rows)
        text = re.sub(f"{one}|{other}", lambda met: other if met[0] == one else one, each.text)
        return replace(each, rows=rows) if rows else replace(each, spans=(replace(each.spans[0], text=text),))

    return replace(document, blocks=tuple(block(each) if each.rows or each.spans else each for each in document.blocks))


def test_whoever_a_blind_planner_leaves_in_a_role_is_told_of() -> None:
    told = left = 0
    for hard in plain_documents():
        document = read_document_bytes(hard.content, shown_as="policy.docx")
        directory = replace(directory_for(hard), former=())
        unknown = [each.value for each in with_last_check(document, ReplacementPlan(), directory).unknown]
        known = [one.name for one in directory.holders]
        people = [each.written for each in hard.people.values() if len(each.written.split()) > 1]
        gone = [each for each in people if not any(same_person(each, one, SHORTENED) for one in known)]
        left += len(gone)
        told += sum(any(same_person(each, one, SHORTENED) for one in unknown) for each in gone)
    assert left > _COUNT
    assert told >= left - 2, f"{told} of {left}"


def test_lead_and_deputy_in_each_others_places_hold_the_copy() -> None:
    held = made = 0
    for hard in plain_documents():
        document = read_document_bytes(hard.content, shown_as="policy.docx")
        people = {each.role: each for each in hard.people.values()}
        if not {"dsl", "deputy-dsl"} <= people.keys() or len(hard.people) > 3:
            continue
        lead, deputy = people["dsl"], people["deputy-dsl"]
        holders = directory_for(hard).holders
        names = {"dsl": f"{lead.first} {lead.last}", "deputy-dsl": f"{deputy.first} {deputy.last}"}
        today = Directory(tuple(replace(one, name=names.get(one.role, one.name)) for one in holders))
        swapped = exchanged(document, lead.written, deputy.written)
        made += swapped != document
        held += bool(with_last_check(swapped, ReplacementPlan(), today).holds)
    assert held >= 0.7 * made > 0, f"{held} of {made}"
