"""The labels schools put before a fact, and what each means.

A label means what its words and its tense say: "reviewed" looks back, "to be reviewed" looks ahead, "Review date" says
neither and is settled against the other dates by ``facts.dates``.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.unlisted import find_phrases

_PAST = r"(?:reviewed|revised|updated|up-dated|amended|modified|refreshed|rewritten|re-?reviewed|re-?viewed)"
_YES = r"(?:approved|adopted|ratified|agreed|accepted|endorsed|authori[sz]ed|signed off|passed)"
_BY = r"(?: on or before| no later than| on| in| by| at| for)"
_REVIEW_NOUN = r"(?:review|revision|update|renewal)"

_PATTERNS: tuple[tuple[tuple[LabelKind, ...], str], ...] = (
    (
        (LabelKind.NEXT_REVIEW,),
        rf"(?:due )?(?:dates? (?:of|for) )?(?:the |our |its )?next (?:[\w&]+ ){{0,3}}?{_REVIEW_NOUN}s?"
        rf"(?: dates?| due| will be| is| to be| of (?:this|the) policy| for (?:this|the) policy| of policy|{_BY})*"
        rf"|next reviewed?(?: date| due|{_BY})*"
        r"|(?:dates? for )?re-?(?:adoption|approval|ratification)(?: date| due)*",
    ),
    (
        (LabelKind.NEXT_REVIEW,),
        rf"(?:dates? )?(?:to be|(?:is|will|shall|must|should)(?: then| also| again| next| therefore)*(?: to)? "
        rf"be|(?:is|will) next be)"
        rf" (?:next |fully |formally |re-?)?(?:reviewed|revised|updated|renewed)(?: again| next| date| by "
        rf"(?:the )?(?:end of )|{_BY})*"
        rf"|(?:is |are )?(?:next )?due (?:for|to be) (?:a |its |full |annual |next )*(?:review(?:ed)?|renewal"
        rf"|revision|update)(?: date|{_BY})*"
        rf"|(?:full |annual |policy |interim |next )*(?:review|revision|renewal|update) (?:is )?due(?: date|{_BY})*"
        rf"|(?:policy )?renewal date(?: of (?:the |this )?policy)?"
        rf"|(?:recommended|proposed|planned|future|target|expected|anticipated|scheduled|suggested|projected"
        rf"|forthcoming|agreed)"
        rf" (?:\w+ )?(?:review|revision)(?: date)?"
        rf"|dates? for (?:the )?(?:policy )?(?:re-?)?(?:review|revision|renewal)(?: of (?:the |this )?policy)?"
        rf"|review (?:again )?(?:before|no later than|on or before)"
        # "Review by Oct 2024", but not "Review by the committee".
        r"|review by(?=\s+(?:the\s+)?(?:end\s+of\s+)?(?:\d|(?-i:[A-Z])[a-z]{2,8}\.?\s\d|spring|summer|autumn))"
        rf"|re-?review(?: date)?|for review(?: on| in| by)?"
        rf"|expiry date|valid until|dates? of (?:expiry|renewal)|(?:expires|valid to)(?=\s*:)"
        rf"|(?:review deadline|deadline for review)|review by date",
    ),
    (
        (LabelKind.LAST_REVIEW,),
        rf"(?:dates? )?(?:of )?(?:the |this )?(?:policy )?(?:was )?(?:last|latest|most recent|previous(?:ly)?"
        rf"|most recently)"
        rf" (?:policy |full |annual |formal |committee )?(?:review(?:ed)?|revision|revised|update[d]?"
        rf"|amend(?:ed|ments?)|modifi(?:ed|cation)|edited|checked)"
        rf"(?: date| dated|{_BY})*"
        rf"|date(?:\(s\)|s)? (?:policy |document )?(?:last )?(?:{_PAST[3:-1]})(?:/\w+)?(?: by| on)?"
        rf"|review (?:was )?(?:completed|carried out|undertaken|conducted|took place)(?: on| in)?|further update"
        rf"|review(?:ed)? v(?=\d)",
    ),
    (
        (LabelKind.LAST_REVIEW, LabelKind.APPROVED),
        rf"{_PAST}(?: and|,|/| &) ?(?:re-?)?{_YES}{_BY}?(?: and {_YES})?|{_YES}(?: and|,|/| &) ?(?:re-?)?{_PAST}{_BY}?",
    ),
    (
        (LabelKind.LAST_REVIEW,),
        rf"(?:{_PAST})(?:(?: and|,|/| &)+ ?(?:re-?)?(?:adapted|extended|developed|{_PAST[3:-1]}))*{_BY}?",
    ),
    (
        (LabelKind.APPROVED,),
        rf"(?:dates? )?(?:of )?(?:policy )?(?:formally |first |originally |finally )?(?:re-?)?{_YES}(?:(?: and"
        rf"|/| &|,) ?{_YES})*(?: for use)?{_BY}?(?: date(?! (?:of|{_YES[3:-1]}|{_PAST[3:-1]})\b))?"
        rf"|(?:dates? of |date for )?(?:(?:(?-i:[A-Z]{2, 6})|full|local|chair of|chair|head ?teacher['’]?s?"
        rf"|school|academy|sub-?committee|management|board|committee|governor|governing|body|trust|trustee"
        rf"|governors['’]?|the|policy) ){{0,4}}?"
        rf"(?:approval(?! level| body| committee| required| authority)|adoption|ratification"
        rf"|authori[sz]ation(?! by))(?: date)?(?: by| at| on)?"
        rf"|for approval (?:by|at)|agreed date|agreement date|dates? of (?:policy )?agreement",
    ),
    (
        (LabelKind.OTHER_DATE,),
        r"dates? (?:of )?(?:this )?(?:policy )?(?:issue[d]?|first issue[d]?|creat(?:ed|ion)|written"
        r"|introduc(?:ed|tion)|implement(?:ed|ation)"
        r"|publication|published|produced|origin|origination|started|effective|prepared|drafted|shared with "
        r"\w+|of policy|policy)"
        r"|issued?(?!\s*n(?:umber|o)\b|\s+v?\d{1,2}(?:\.\d)?\s*(?:[:,(]|$|[–-]\s))(?: on| in)?"
        r"(?=\s*[:\-–]|\s+(?:date|\d|(?-i:[A-Z])))|effective(?: from"
        r"| date)?|effect from"
        r"|implement(?:ed|ation)(?: date| from)?|applicable from|in force from"
        r"|(?:first )?(?:written|created|established|published|produced|drafted|introduced)(?! by)(?: and "
        r"agreed)?(?: on| in)?"
        r"|policy date(?:d)?|version dated?|start(?:ing)? date|operational from|commencement date"
        r"|original(?:ly)? date|supersedes|replaces|expires on",
    ),
    (
        (LabelKind.REVIEW,),
        r"(?:annual |full |policy |interim |committee |document |governors?['’]? )*(?:review|revision) "
        r"dates?(?: of (?:the |this )?policy)?"
        r"|dates? of (?:policy |annual |the )*(?:review|revision)(?: of (?:the |this )?policy)?"
        # Who reviews, then when: only the other dates tell whether it was or will be.
        r"|(?:policy )?review by (?:the )?(?:[\w&'’]+ ){0,3}?(?:governors?|governing (?:body|board)|trustees|board"
        r"|committee|slt|staff)(?: date|(?=\s*:))"
        r"|(?:policy |interim |full |annual )?review(?=\s*[:\-–.]|\t|\s+\d+[\s-]?(?:year|month)"
        r"|\s+(?:[A-Z][a-z]{2,8}(?: term)?|\d{1,2}(?:st|nd|rd"
        r"|th)?)[.,]?[\x20\-'’(]{0,2}\d|\s*$)|dates? reviews?(?! dates?\b)|revision(?=\s*[:\-–])",
    ),
    (
        (LabelKind.CYCLE,),
        r"(?:policy )?review (?:cycle|period|frequency|interval|schedule|timescale)|frequency of (?:policy "
        r")?review|(?:cycle|period) of review|review every"
        r"|how often reviewed|reviewed? how often|frequency(?=\s*:)",
    ),
    (
        (LabelKind.OWNER,),
        r"(?:policy|document|statement|plan) (?:owner|author|lead|holder|manager|co-?ordinator|sponsor)s?(?: / owner)?"
        r"|(?:lead )?authors?(?: ?/ ?(?:policy )?owner)?|owners?(?: ?/ ?author)?(?=\s*[:\-–\t]|\s*$)"
        r"|(?:policy |document |plan )?(?:written|prepared|created|produced|compiled|drafted|developed"
        r"|maintained|devised) by"
        r"|(?:review(?:ed)? by )(?:& |and )lead member of staff"
        r"|(?:named )?(?:person|persons|people|post ?holder|individual|officer|member of staff|staff member"
        r"|staff|slt|slt member|senior leader|leader)"
        r"(?:\(s\)|s)? responsible(?: for (?:(?:the |this )?(?:policy|document|plan)|(?:policy |the "
        r")?review(?:ing)?|updating (?:this |the )?(?:policy|plan|document)))*"
        r"|responsible (?:person|officer|member of (?:staff|slt)|staff(?: member)?|post ?holder|individual"
        r"|leader|slt member)(?:\(s\)|s)?"
        r"(?: (?:for|and) [\w\x20]{3,40}?(?=\s*:))?|(?:person|member of staff) in charge|(?<![A-Za-z]\s)lead(?=\s*:)"
        r"|(?:staff|slt|lead) (?:member|lead|link)(?: of staff)?(?:\(s\)|s)?(?: responsible)?(?=\s*[:\-–\t]"
        r"|\s*$)|lead (?:member of staff|person|professional|officer|teacher)"
        r"|staff member(?=\s*[:\t]|\s*$)|responsibility(?: of)?(?=\s*:)|responsible for (?:the |this )?policy"
        r"|responsible for (?:the )?(?:policy )?(?:review(?:ing)?|day[- ]to[- ]day management|updat(?:ing|es)"
        r"|monitoring|implementation)(?: of (?:the |this )?policy)?(?=\s*[:\t])"
        r"|authors? ?/ ?reviewers? responsible|reviewer(?:\(s\)|s)?(?=\s*[:\t])|(?:slt|staff"
        r"|governor) resp\.?(?: for review)?(?=\s*:)",
    ),
    (
        (LabelKind.APPROVER,),
        r"(?:approval|approving|responsible|ratifying|adopting) (?:body|committee|board|level|authority)"
        r"|approver|body responsible|(?:level of )?approval(?: required)?(?: from)?(?=\s*:)"
        r"|(?:responsible )?(?:governor(?:['’]?s)?['’]?|governing body|trust|board) (?:sub-?)?committee(?: "
        r"responsible)?|committee responsib(?:le|ility)"
        r"|link with governance|committee(?=\s*:)|(?<![A-Za-z]\s)committee(?=\t|\s*$)|delegated to"
        r"|(?:monitoring|reviewing) committee|authori[sz]ation by resolution of"
        r"|governance (?:level|committee)",
    ),
    (
        (LabelKind.VERSION,),
        r"(?:document |policy |release |current )?version(?: number| no\.?| control no\.?)?(?=\s*(?:[:#\-–\t]"
        r"|v?\.?\s?\d|$))"
        r"|(?:issue|edition|revision)(?: number| no\.?)?(?=\s*[:#\t]?\s*v?\.?\d{1,2}(?:\.\d+)*\b(?!\s*[/.-]\s*\d))",
    ),
    (
        (LabelKind.TITLE,),
        r"(?:title of (?:the )?(?:policy|document)|(?:policy|document) (?:title|name)|name of (?:the "
        r")?(?:policy|document))|title(?=\s*[:\t])|(?<![A-Za-z]\s)policy(?=\s*:)",
    ),
    ((LabelKind.SCHOOL,), r"(?:school|academy|name of (?:the )?school|school name|establishment)(?: name)?(?=\s*:)"),
    (
        (LabelKind.SIGNATURE,),
        r"sign(?:ed|ature)s?(?: (?:by|of|on behalf of)(?: the)?)?(?: (?:chair|head|principal)[\w\x20]*)?"
        r"|print(?:ed)? name|chair(?:man|person)?(?: of (?:the )?[\w\x20]{3,40}?)?(?=\s*:)",
    ),
    (
        (LabelKind.OTHER,),
        r"(?:status|statutory|audience|contributors?|consultation|distribution|(?:target )?relevant to"
        r"|reference(?: number)?|ref|full governing body|governor"
        r"|review arrangements|location|website|publication|date shared with \w+|(?:nominated|link|lead) governor"
        r"|minute(?: number| no\.?)?|policy (?:no\.?|number|type|category|level|reference)"
        r"|document (?:no\.?|number|type|reference)|page \d+|key changes?|notes|related (?:policies|documents)"
        r"|linked policies)(?=\s*[:\-–\t]|\s*$)",
    ),
    ((LabelKind.DATE,), r"dated?(?=\s*[:\-–._…\t]|\s*$|\s+(?:\d|[A-Z][a-z]{2,8} \d))"),
)


def _compile() -> re.Pattern[str]:
    parts = []
    for number, (_, pattern) in enumerate(_PATTERNS):
        parts.append(f"(?P<k{number}>{pattern})")
    # A label ends with its cell: no word of the next column is part of it.
    joined = "|".join(parts).replace(" ?", "\0*").replace(" +", r"\s+").replace(" ", "\0*").replace("\0", r"[\x20\n]")
    # A seam between a value and the next label may have lost its space ("Spring 2022Next Review").
    return re.compile(
        rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?:{joined})(?-i:(?![a-z])(?!(?<=[A-Z])[A-Z]))", re.IGNORECASE
    )


_LABELS = _compile()
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]")
_PASSIVE = re.compile(r"[\w\x20]{0,24}?\s*(?:be|due)\b", re.IGNORECASE)
_NEEDED_BEHIND = dict.fromkeys(("to", "is", "are", "will", "shall", "must", "should"), _PASSIVE) | {
    "in": re.compile(r"\s*force\b", re.IGNORECASE),
    "for": re.compile(r"\s*(?:review|approval)", re.IGNORECASE),
    "school": re.compile(r"(?=[^:]{0,12}:)|[^:]{0,90}(?:approv|adopt|ratif|authori)", re.IGNORECASE),
}
"""What has to follow words that every sentence has, or the long pattern need not be tried."""
_STEMS_TEXT = """
    aca acc ade ado agr ame ann ant app are aud aut boa bod cha com con cou cre cur cyc dat dea del dev dis doc
    dra due edi eff end est exp fin fir for fre ful fur fut gov how imp in ind int is iss key las lat lea lev
    lgb lin loc low mai man mem min mod mon mos mus nam nex nom not ofc off ope ori own pag pas peo per pla plan
    pol pos pre pri pro pub rat re rec ref rel ren rep res rev rew sch sen sha sho sig slt sta sub sug sup tar
    tit to tru up upd val ver web wil wri
"""
_STEMS = frozenset(_STEMS_TEXT.split())
"""The first three letters of every word that a label begins with."""
_TRIGGER = re.compile(
    r"review|revis|updat|amend|modif|renew|approv|adopt|ratif|agreed|agreement|accept|endors|authori|signed"
    r"|signature|passed|date|issue|effecti|implement"
    r"|written|compil|draft|develop|devis|maintain|creat|establish|owner|author|responsib|member|lead|prepared"
    r"|produced|committee|version|edition"
    r"|title|school|policy|print|chair|status|governor"
    r"|valid|expir|frequency|cycle|due|delegat|approver|location|website|notes|page|academy"
    r"|owned|originat|custodian|controller|accountab|slt|edited|\brev\b|\bver\b|release"
)
_YEAR_LIKE = re.compile(r"(?:19|20)\d\d|\d[/.]\d\d\b|[A-Za-z]{3,9}\.? ['’]?\d\d\b")
_ORDER = tuple(kinds for kinds, _ in _PATTERNS)


@lru_cache(maxsize=8192)
def find_labels(text: str) -> tuple[Label, ...]:
    """Return the labels in ``text``, in reading order, none overlapping another.

    In a long paragraph a label is looked for at the start, at the end and round each date, where one can matter.
    Words that form no label where they stand ("to be approved", "under review") are left out.
    """
    if not _TRIGGER.search(text.lower()):
        return ()
    found = []
    for start, end in _stretches(text):
        for match in _matches(text, start, end):
            group = match.lastgroup
            if group is not None and not _is_disowned(text, match):
                found.append(Label(_ORDER[int(group[1:])], match.start(), match.end(), match[0]))
    return _with_phrases(found, text)


def _with_phrases(found: list[Label], text: str) -> tuple[Label, ...]:
    """Put whole phrases of label words in the place of the labels that cover only a part of them."""
    for phrase in find_phrases(text):
        inside = [label for label in found if label.start < phrase.end and phrase.start < label.end]
        if not _is_row(text, inside) and not any(_says_as_much(label, phrase) for label in inside):
            found = [label for label in found if label not in inside] + [phrase]
    return tuple(sorted(found, key=lambda label: label.start))


def _matches(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the labels from ``start`` to ``end``.

    The pattern is long: it is tried only at words that a label begins with, which makes it ten times faster.
    """
    free = start
    for word in _WORD.finditer(text, start, end):
        if word.start() < free or not (word[0][:3].lower() in _STEMS or (word[0].isupper() and len(word[0]) > 1)):
            continue
        needed = _NEEDED_BEHIND.get(word[0].lower())
        if needed is not None and not needed.match(text, word.end()):
            continue
        match = _LABELS.match(text, word.start(), end)
        if match is not None:
            free = match.end()
            yield match


def _is_row(text: str, labels: list[Label]) -> bool:
    """Say whether labels are headings of columns side by side ("Approved by Date approved"), not parts of one label."""
    return any(
        after.text[0].isupper() and not _JOINING.fullmatch(text[before.end : after.start])
        for before, after in pairwise(labels)
    )


_JOINING = re.compile(r"\s+(?:(?:of|for|to|and|or|by|the)\s+)+|\s*[/&(]\s*", re.IGNORECASE)


def _says_as_much(label: Label, phrase: Label) -> bool:
    """Say whether a label covers a phrase and has no meaning fewer."""
    covers = label.start <= phrase.start and phrase.end <= label.end + 1
    return covers and not (set(label.kinds) < set(phrase.kinds))


_LONG_TEXT = 260
_HEAD, _BEFORE_DATE, _AFTER_DATE, _TAIL = 110, 170, 60, 110


def _stretches(text: str) -> list[tuple[int, int]]:
    """Return where in ``text`` labels are looked for, stretches that touch joined, cut at spaces."""
    if len(text) <= _LONG_TEXT:
        return [(0, len(text))]
    dates = [
        (max(0, digits.start() - _BEFORE_DATE), min(len(text), digits.end() + _AFTER_DATE))
        for digits in _YEAR_LIKE.finditer(text)
    ]
    wanted = [(0, _HEAD), *dates, (len(text) - _TAIL, len(text))]
    joined: list[tuple[int, int]] = []
    for start, end in wanted:
        start = text.rfind(" ", 0, start) + 1 if start else 0
        end = text.find(" ", end) if text.find(" ", end) >= 0 else len(text)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


_DISOWNED_BEFORE = re.compile(
    r"(?:\bto be|\bwill be|\bawaiting|\bpending|\bsubject to|\bbe|\bnot(?: yet)?|\bunder|\bkeep(?:s|ing)?"
    r"|\bregularly|\bfor the|model|peer|\bbeen (?:fully )?risk|\ball) $",
    re.IGNORECASE,
)


def _is_disowned(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 24) : match.start()]
    if not _DISOWNED_BEFORE.search(before):
        return False
    return "next" not in match[0].lower() and not match[0].lower().startswith(("will be", "to be", "date"))
