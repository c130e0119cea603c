"""Every place in which Word keeps text, each a way to put one line into a document that is being built."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from tests.builders import field as word_field
from tests.builders import paragraph, run, table, text_box, word_file

_LOOKS = ("", "<w:b/>", "<w:i/>", '<w:color w:val="1F3864"/>', '<w:lang w:val="en-GB"/>')
SPLITS = ("whole", "every character", "in the middle", "at the spaces", "anywhere", "with empty runs and marks")


@dataclass
class Draft:
    """A document while it is written."""

    body: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    core: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    notes: int = 1

    def written(self) -> bytes:
        """Return the finished .docx."""
        parts = {name: "".join(inner) for name, inner in self.parts.items()}
        headers = "".join(_reference(name) for name in parts if name[:6] in ("header", "footer"))
        sections = f"<w:p><w:pPr><w:sectPr>{headers}<w:titlePg/></w:sectPr></w:pPr></w:p>" if headers else ""
        return word_file(*self.body, sections, "<w:sectPr/>", parts=parts, links=self.links, members=self._properties())

    def _properties(self) -> dict[str, bytes]:
        core = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in self.core.items())
        custom = "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
            for number, (name, value) in enumerate(self.custom.items(), start=2)
        )
        spaces = 'xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:vt="v"'
        held = {"docProps/core.xml": f"<cp:coreProperties {spaces}>{core}</cp:coreProperties>".encode()}
        held["docProps/custom.xml"] = f"<Properties {spaces}>{custom}</Properties>".encode()
        held["word/media/image1.png"] = b"\x89PNG Deborah Sheffield 01632 960111, and no picture"
        return held


def _reference(name: str) -> str:
    kind = {"1": "default", "2": "first", "3": "even"}[name[-1]]
    return f'<w:{name[:6]}Reference w:type="{kind}" r:id="{name}"/>'


@dataclass(frozen=True)
class Line:
    """One line of text, and how it is cut into runs."""

    text: str
    split: str
    seed: int

    def runs(self) -> str:
        """Return the line's runs; the same text is always cut at the same places."""
        random_ = random.Random(self.seed)
        cuts = sorted({0, len(self.text), *(at for at in self._cuts(random_) if 0 < at < len(self.text))})
        pieces = [self.text[start:end] for start, end in pairwise(cuts)]
        between = "" if self.split != SPLITS[5] else '<w:proofErr w:type="spellStart"/><w:r><w:t/></w:r>'
        return between.join(run(piece, random_.choice(_LOOKS)) for piece in pieces)

    def _cuts(self, random_: random.Random) -> Sequence[int]:
        length = len(self.text)
        match SPLITS.index(self.split):
            case 0:
                return ()
            case 1:
                return range(length)
            case 2:
                return (length // 2, length // 3)
            case 3:
                return [at for at, character in enumerate(self.text) if character == " "]
            case _:
                return [random_.randrange(length) for _ in range(random_.randrange(1, 9))] if length else ()


Place = Callable[[Draft, Line], None]


def _body(draft: Draft, line: Line) -> None:
    draft.body.append(paragraph(line.runs()))


def _part(name: str) -> Place:
    def put(draft: Draft, line: Line) -> None:
        draft.parts.setdefault(name, []).append(paragraph(line.runs()))

    return put


def _note(kind: str) -> Place:
    def put(draft: Draft, line: Line) -> None:
        draft.notes += 1
        marked = f'<w:{kind} w:id="{draft.notes}">{paragraph(line.runs())}</w:{kind}>'
        draft.parts.setdefault(f"{kind}s", []).append(marked)
        draft.body.append(paragraph(run("As noted."), f'<w:r><w:{kind}Reference w:id="{draft.notes}"/></w:r>'))

    return put


def _wrapped(opening: str, closing: str) -> Place:
    return lambda draft, line: draft.body.append(paragraph(f"{opening}{line.runs()}{closing}"))


def _cell(draft: Draft, line: Line) -> None:
    draft.body.append(table(("A first cell", paragraph(line.runs())), ("Another", "row")))


def _box(draft: Draft, line: Line) -> None:
    draft.body.append(paragraph(text_box(paragraph(line.runs()))))


def _block_control(draft: Draft, line: Line) -> None:
    draft.body.append(f"<w:sdt><w:sdtContent>{paragraph(line.runs())}</w:sdtContent></w:sdt>")


def _field_result(draft: Draft, line: Line) -> None:
    marked = word_field("REF contact", "@@").replace(run("@@"), line.runs())
    draft.body.append(paragraph(marked))


def _inner_table(draft: Draft, line: Line) -> None:
    draft.body.append(table(("Outer", table((paragraph(line.runs()), "inner")) + paragraph(""))))


def _description(attribute: str) -> Place:
    def put(draft: Draft, line: Line) -> None:
        number = len(draft.body) + 1
        named = f"<wp:docPr id='{number}' name='Picture {number}' {attribute}={quoteattr(line.text)}/>"
        drawing = f"<w:r><w:drawing><wp:inline>{named}</wp:inline></w:drawing></w:r>"
        draft.body.append(paragraph(run("A picture "), drawing))

    return put


def _tip(draft: Draft, line: Line) -> None:
    identifier = f"tip{len(draft.links)}"
    draft.links[identifier] = "https://example.org/contact"
    tip = f"<w:hyperlink r:id='{identifier}' w:tooltip={quoteattr(line.text)}>{run('our page')}</w:hyperlink>"
    draft.body.append(paragraph(tip))


def _core(name: str) -> Place:
    def put(draft: Draft, line: Line) -> None:
        draft.core[name] = line.text

    return put


def _custom(draft: Draft, line: Line) -> None:
    draft.custom["Contact line"] = line.text


def _link_words(draft: Draft, line: Line) -> None:
    identifier = f"page{len(draft.links)}"
    draft.links[identifier] = "https://example.org/people?a=1&b=2"
    draft.body.append(paragraph(f"<w:hyperlink r:id='{identifier}'>{line.runs()}</w:hyperlink>"))


PLACES: Mapping[str, Place] = {
    "body": _body,
    "table cell": _cell,
    "table in a table": _inner_table,
    "header": _part("header1"),
    "header of the first page": _part("header2"),
    "header of even pages": _part("header3"),
    "footer": _part("footer1"),
    "footer of the first page": _part("footer2"),
    "footer of even pages": _part("footer3"),
    "text box and its twin": _box,
    "content control in a line": _wrapped("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
    "content control around lines": _block_control,
    "footnote": _note("footnote"),
    "endnote": _note("endnote"),
    "result of a field": _field_result,
    "simple field": _wrapped('<w:fldSimple w:instr=" REF contact ">', "</w:fldSimple>"),
    "tracked insertion": _wrapped('<w:ins w:id="7" w:author="Somebody">', "</w:ins>"),
    "smart tag": _wrapped("<w:smartTag>", "</w:smartTag>"),
    "words of a link": _link_words,
    "description of a picture": _description("descr"),
    "title of a picture": _description("title"),
    "tip of a link": _tip,
    "title of the file": _core("dc:title"),
    "subject of the file": _core("dc:subject"),
    "description of the file": _core("dc:description"),
    "keywords of the file": _core("cp:keywords"),
    "property of the school’s own": _custom,
}


# --- links that lead to a person ----------------------------------------------------------------------------------


def _relationship(draft: Draft, words: str, target: str) -> None:
    identifier = f"person{len(draft.links)}"
    draft.links[identifier] = target
    draft.body.append(paragraph(f"<w:hyperlink r:id='{identifier}'>{run(words)}</w:hyperlink>"))


def _instruction(draft: Draft, words: str, target: str) -> None:
    draft.body.append(paragraph(word_field(f'HYPERLINK "{target}"', words)))


def _split_instruction(draft: Draft, words: str, target: str) -> None:
    cut = len(target) // 2
    marked = word_field(f'HYPERLINK "{target}"', words).replace(
        escape(target),
        f'{escape(target[:cut])}</w:instrText></w:r><w:r><w:instrText xml:space="preserve">{escape(target[cut:])}',
    )
    draft.body.append(paragraph(marked))


def _simple(draft: Draft, words: str, target: str) -> None:
    instruction = quoteattr(f' HYPERLINK "{target}" ')
    draft.body.append(paragraph(f"<w:fldSimple w:instr={instruction}>{run(words)}</w:fldSimple>"))


def _loose(draft: Draft, words: str, target: str) -> None:
    del words
    draft.links[f"loose{len(draft.links)}"] = target


LINKS: Mapping[str, Callable[[Draft, str, str], None]] = {
    "relationship": _relationship,
    "instruction of a field": _instruction,
    "instruction over two elements": _split_instruction,
    "instruction of a simple field": _simple,
    "a picture’s link": _loose,
}
