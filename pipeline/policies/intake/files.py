"""What the files of a policy have to say: gone, unreadable, put away, doubled, misnamed."""

from collections.abc import Iterator, Sequence

from pipeline.findings.file_names import file_name_problems
from pipeline.model.facts import Facts, Problem
from pipeline.policies.intake.appendices import is_appendix_of
from pipeline.policies.intake.duplicates import differences, set_aside
from pipeline.policies.intake.standings import (
    APPENDIX,
    DUPLICATE,
    PRIMARY,
    PROPOSED_WITHDRAWN,
    UNREADABLE,
    is_retired,
)
from pipeline.reasons.reason import because
from pipeline.register.policies.decisions import OverrideRow
from pipeline.register.policies.policies import PolicyRow, SourceFile
from pipeline.wording import say_list

_IN_VAIN = "What is changed in the first counts nowhere: change the second, and put the first away."


def file_problems(
    policy: PolicyRow, files: Sequence[SourceFile], facts: Facts, stated: Facts, decided: Sequence[OverrideRow]
) -> Iterator[Problem]:
    """Yield the findings on the files of one policy.

    ``files`` are those of the policy, ``facts`` its own as its owner sees them, ``stated`` as the file that counts has
    them, ``decided`` what its owner overruled: a file that was set aside is told no more until it changes.

    Codes: ``file-vanished``, ``unreadable``, ``proposed-withdrawn``, ``duplicate``, ``duplicate-differs``,
    ``file-name-differs``, ``appendix-alone``.
    """
    aside = {(override.field, override.value) for override in decided}
    counts = next((file for file in files if file.standing == PRIMARY and file.vanished_at is None), None)
    for file in files:
        if (set_aside(file), file.sha256) not in aside:
            yield from _problems_of(file, policy, counts, stated)
    if counts is not None:
        yield from file_name_problems(counts.path, facts)


def _problems_of(file: SourceFile, policy: PolicyRow, counts: SourceFile | None, stated: Facts) -> Iterator[Problem]:
    if file.vanished_at is not None:
        if file.standing in (PRIMARY, UNREADABLE):
            message = f"{file.path} is no longer in the policies folder; the last text read stays in use."
            yield Problem("file-vanished", message)
    elif file.standing == APPENDIX:
        if counts is None or not is_appendix_of(file.path, counts.path):
            yield Problem(
                "appendix-alone",
                f"{file.path} was read as the local appendix of {policy.title}, and the policy's file no longer lies "
                "beside it under the same name. Put the two side by side again; if it is a policy of its own now, "
                "give it another name.",
            )
    elif file.standing == UNREADABLE:
        yield Problem("unreadable", file.error_message or f"{file.path} could not be read.", about=file.path)
    elif file.standing == PROPOSED_WITHDRAWN:
        yield Problem(
            "proposed-withdrawn",
            because("proposed-withdrawn", path=file.path, slug=policy.slug),
        )
    elif file.standing == DUPLICATE:
        yield duplicate_problem(file, counts, stated)


def owners_of_appendices(files: Sequence[SourceFile], policies: Sequence[PolicyRow]) -> dict[str, PolicyRow]:
    """Return the policy that each local appendix belongs to, by the path of its file; of one school's files."""
    by_id = {policy.id: policy for policy in policies}
    appendices = [(file.path, file.policy_id) for file in files if file.standing == APPENDIX]
    return {path: by_id[policy] for path, policy in appendices if policy in by_id}


def appendix_problem(policy: PolicyRow, path: str, owner: PolicyRow | None) -> Iterator[Problem]:
    """Yield the finding ``now-appendix`` on a policy read from ``path``, which is the appendix of ``owner`` by now."""
    if owner is not None and owner.id != policy.id:
        yield Problem(
            "now-appendix",
            because("now-appendix", path=path, title=owner.title, slug=policy.slug),
        )


def duplicate_problem(file: SourceFile, counts: SourceFile | None, stated: Facts) -> Problem:
    """Return the finding on a second file of a policy; minor where it says nothing else."""
    other = counts.path if counts is not None else "another file"
    if is_retired(file.path):
        return Problem("duplicate", f"{file.path} lies in a folder of old policies and is not used.", minor=True)
    said = differences(stated, file.facts) if file.facts is not None else ()
    if said:
        why = because("duplicate-differs", differs=_say_differences(file, other, said))
        return Problem("duplicate-differs", why, about=file.path)
    if file.same_words:
        if _is_pdf(file.path) and not _is_pdf(other):
            words = f"{file.path} is the same policy as a PDF; {other} is the one used."
        else:
            words = f"{file.path} is the same policy as another file; {other} is the one used. {_IN_VAIN}"
        return Problem("duplicate", words, minor=True)
    return Problem(
        "duplicate",
        f"{file.path} is another file of this policy with other words; {other} is the one used. {_IN_VAIN}",
        minor=True,
    )


def say_second_file(file: SourceFile, counts: SourceFile | None, stated: Facts) -> str | None:
    """Return in a sentence what a second file says otherwise than the one that counts; None where nothing."""
    said = differences(stated, file.facts) if file.facts is not None and not is_retired(file.path) else ()
    return _say_differences(file, counts.path if counts is not None else "another file", said) if said else None


def _say_differences(file: SourceFile, other: str, said: Sequence[str]) -> str:
    return (
        f"{file.path} is a second file of this policy and says otherwise than {other}, which counts: "
        f"{say_list(list(said))}."
    )


def _is_pdf(path: str) -> bool:
    return path.lower().endswith(".pdf")
