"""Everything that is wrong with a document taken by itself, gathered where the document is at hand.

Runs in the child process that read it. What depends on the day, the register or the catalogue is judged later, from
what is gathered here (``Facts.guidance``, ``Facts.promises``, ``Facts.certificates``).
"""

from dataclasses import replace

from pipeline.catalogue.editions import find_guidance
from pipeline.facts.links_and_pictures import find_beside_words
from pipeline.findings.certificates import find_certificates
from pipeline.findings.file_names import inherited_title_problems
from pipeline.findings.machine_read import doubt_machine_read
from pipeline.findings.obsolete_terms import obsolete_problems
from pipeline.findings.page_margins import cover_problems
from pipeline.findings.promises import find_promises
from pipeline.findings.template_marks import (
    TemplateField,
    find_template_fields,
    template_problems,
    unfinished_problems,
)
from pipeline.model.documents import Document
from pipeline.model.facts import Facts, Problem
from pipeline.text.lines import list_lines


def with_findings(document: Document, facts: Facts) -> Facts:
    """Return the facts of ``document`` with its findings, promises, citations of guidance, links and pictures added.

    Codes added to the problems: ``template-field``, ``signature-blank``, ``cover-differs``, ``inherited-title``,
    ``obsolete-term``, ``reading-note`` (what could not be carried over, such as empty places to fill in). What was
    read from a scan is less sure.
    """
    lines = list_lines(document)
    fields = find_template_fields(lines)
    problems = (
        *(problem for problem in facts.problems if not _is_told(problem, fields)),
        *template_problems(fields),
        *unfinished_problems(lines),
        *cover_problems(lines, facts),
        *inherited_title_problems(document.metadata, lines, facts),
        *obsolete_problems(lines),
        *(Problem("reading-note", note, minor=True) for note in document.notes),
    )
    facts = doubt_machine_read(document, facts)
    return replace(
        facts,
        problems=problems,
        promises=find_promises(lines),
        guidance=find_guidance(lines),
        certificates=find_certificates(lines),
        beside_words=find_beside_words(document),
    )


def _is_told(problem: Problem, fields: tuple[TemplateField, ...]) -> bool:
    """Say whether a mark of a draft is one of the unfilled fields, which are told as such."""
    about = problem.about.casefold()
    return problem.code == "draft-mark" and any(about == field.words.casefold() for field in fields)
