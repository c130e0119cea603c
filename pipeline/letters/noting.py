"""What the register notes of a letter that is not for a reader: who was told of what, and under which stage."""

from pipeline.letters.items import LetterContents, MeetingPapers
from pipeline.policies.agenda import paper_stage
from pipeline.register.mail.told import About, ToldRecord

NOT_READY = "not-ready"
"""How the stage begins under which an owner is told that a text is not ready for the clerk."""


def told_of_others(contents: LetterContents, shared: tuple[int, str, str]) -> list[ToldRecord]:
    """Return what a letter tells owners, line managers, the office and the clerk, to be kept.

    ``shared`` are the message, the address in small letters and the route.
    """
    rows = [
        ToldRecord(*shared, None, item.about, item.stage, item.standing.policy_id, due_on=item.told_on)
        for item in contents.reviews
        if item.told_on is not None
    ]
    rows += [
        ToldRecord(*shared, None, About.GUIDANCE, item.stage, item.standing.policy_id, due_on=item.since)
        for item in contents.guidance
    ]
    for one in contents.papers:
        rows += [_of_paper(shared, one, paper.standing.policy_id, paper.version_id) for paper in one.papers]
        rows += [_of_paper(shared, one, standing.policy_id, None) for standing in one.missing]
    for item in contents.late:
        if item.about is About.LATE:
            rows.append(ToldRecord(*shared, None, item.about, item.stage, item.policy_id))
        else:
            told = (*shared, None, item.about, item.stage, item.policy_id)
            rows += [ToldRecord(*told, request=one.request) for one in item.readers]
    rows += [ToldRecord(*shared, item.person, About.OFFICE, item.stage) for item in contents.office]
    if contents.open is not None:
        week = contents.open.week
        rows += [ToldRecord(*shared, None, About.OPEN, week, item.policy_id) for item in contents.open.items]
    if contents.summary is not None:
        rows.append(ToldRecord(*shared, None, About.SUMMARY, contents.summary.stage))
    if contents.head is not None:
        rows.append(ToldRecord(*shared, None, About.HEAD, contents.head.stage))
    return rows


def _of_paper(shared: tuple[int, str, str], one: MeetingPapers, policy: int, version: int | None) -> ToldRecord:
    stage = paper_stage(one.body, is_ready=version is not None)
    return ToldRecord(*shared, None, About.PAPERS, stage, policy, version, due_on=one.meeting)
