"""What a document says beside its words: where its links lead, and its pictures. What changed of them between two.

A flow chart may be the rule itself, and a link the place where a worry is reported; neither stands in the text.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Picture, Region
from pipeline.model.facts import BesideWords, Facts, Unworded
from pipeline.places import Place

_MARGINS = frozenset({Region.PAGE_HEADER, Region.PAGE_FOOTER})
_WEB = ("http:", "https:", "ftp:", "file:")


def find_beside_words(document: Document) -> BesideWords | None:
    """Return the links to web pages and files, and the pictures, in reading order; None for plain text.

    Out are the links of people (mail, telephone) and the crest: pictures in page margins and above the first words.
    """
    if document.format is DocumentFormat.TXT:
        return None
    links = tuple(link for block in document.walk() if block.region not in _MARGINS for link in _links(block))
    pictures = tuple(
        Unworded(" ".join(picture.description.split()), hashlib.sha256(picture.content).hexdigest()[:16])
        for _, picture in list_pictures(document)
    )
    return BesideWords(document.format, links, pictures)


def list_pictures(document: Document) -> Iterator[tuple[Place, Picture]]:
    """Yield the pictures that say something, each with its place: not those in page margins and above the words."""
    words_before = False
    for block in document.walk():
        if block.region in _MARGINS:
            continue
        if block.kind is BlockKind.PICTURE and block.picture is not None and words_before:
            yield block.where, block.picture
        words_before = words_before or bool(block.text.strip())


def _links(block: Block) -> Iterator[Unworded]:
    for address, spans in groupby(block.spans, key=lambda span: span.link):
        if address and address.lower().startswith(_WEB):
            yield Unworded(" ".join("".join(span.text for span in spans).split()), address)


def compare_beside_words(before: Facts, after: Facts) -> Iterator[tuple[str | None, str | None]]:
    """Yield what is different, each as a sentence of before and of after; None for a picture that was not there.

    Nothing where either is not known, or both are files of different kinds.
    """
    old, new = before.beside_words, after.beside_words
    if old is None or new is None or old.format is not new.format:
        return
    yield from _other_addresses(old.links, new.links)
    gone, come = (Counter(each.content for each in pictures) for pictures in (old.pictures, new.pictures))
    yield from ((_say_picture(each), None) for each in old.pictures if each.content in gone - come)
    yield from ((None, _say_picture(each)) for each in new.pictures if each.content in come - gone)


def _other_addresses(old: Iterable[Unworded], new: Iterable[Unworded]) -> Iterator[tuple[str, str]]:
    """Yield the links of the same words that lead elsewhere; words that are an address show by themselves."""
    for words in dict.fromkeys(each.words for each in new):
        one, other = ([each.content for each in links if each.words == words] for links in (old, new))
        changed = [(a, b) for a, b in zip(one, other, strict=False) if _place(a) != _place(b)]
        yield from ((f"The link “{words}” leads to {a} .", f"The link “{words}” leads to {b} .") for a, b in changed)


def _place(address: str) -> str:
    """Return an address without what makes it no other page."""
    return address.strip().rstrip("/").casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")


def _say_picture(picture: Unworded) -> str:
    return f"Picture: {picture.words}" if picture.words else "A picture without a description"
