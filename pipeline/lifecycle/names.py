"""Recognise the names of people as schools print them: "Mrs D. C. Ollerton", "Deborah Sheffield", "R. Wickstead"."""

import re

_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev(?:erend|d)?|Canon|Fr|Father|Sr|Sister|Br|Prof(?:essor)?|Sir|Dame|Lady|Lord"
    r"|Cllr|Councillor|Madame|Mme)\b\.?"
)
_CAPITAL = r"(?:(?:Mc|Mac|O['’]|D['’]|De|La|Le|Van|Fitz)?[A-Z][a-zà-öø-ÿ'’]+|[A-Z]{2,}(?:['’][A-Z]+)?)"
_GAP = r"[^\S\t]"
"""A blank within a name. A tab parts two columns, and the next column is no more of the name."""
_SURNAME = rf"{_CAPITAL}(?:[-–]{_GAP}?{_CAPITAL})*"
_INITIALS = rf"(?:[A-Z](?:\.{_GAP}?|{_GAP})){{1,3}}"
_PARTICLE = rf"(?:(?:de|da|du|van|von|der|den|la|le|bin|ibn|al|el){_GAP}+)?"
_WITH_TITLE = (
    rf"{_TITLE}{_GAP}+(?:{_INITIALS}{_GAP}?)?(?:{_SURNAME}{_GAP}+){{0,2}}{_PARTICLE}{_SURNAME}"
    rf"(?:{_GAP}+{_SURNAME}(?![\w:]))?"
)
_FULL = rf"{_SURNAME}{_GAP}+(?:{_INITIALS}{_GAP}+)?(?:{_SURNAME}{_GAP}+)?{_PARTICLE}{_SURNAME}"
_INITIALLED = rf"{_INITIALS}{_GAP}?{_PARTICLE}{_SURNAME}"

_NAME = re.compile(rf"(?:{_WITH_TITLE}|{_FULL}|{_INITIALLED})(?![\w@])")
_LEADING_TITLE = re.compile(rf"^(?:{_TITLE}\s+)+")

_NOT_NAMES_TEXT = """
    academy access address admissions agreed all alternate and annual any appendix approved area assistant at
    attendance authority board body bursar business by care chair chairman child children children's childrens
    class clerk college committee community contact contacts coordinator co-ordinator council county covid
    curriculum data date deputy designated details dfe director disability document dsl dsp ddsl early education
    email emergency england equality esafety executive family federation first following for form foundation
    full governing governor governors group guidance head headmaster headmistress headteacher health help her
    his home hours hub human if important in inclusion information infant is it its junior keeping key kcsie
    lado lead leader leadership learning level link local looked manager management mash member mental mission
    multi name named national needs next nominated northern number nurse nursery nspcc of office officer ofsted
    on online operations other our out page parent parents part pastoral person personal phase phone physical
    plan police policy prep prevent previous primary principal prevention print procedure procedures protection
    provision pupil pupils reception registered related relationships report resources responsible review role
    rules safeguarding safe school secondary section see senco sendco senior services sex should signed site
    sixth slt social special sports staff stage standards statement status statutory subject support teacher
    teaching team telephone tel term the their there these this to together trust trustee trustees under vice
    virtual we welfare what when whistleblowing who will with within work working year you young your january
    february march april may june july august september october november december monday tuesday wednesday
    thursday friday general main mobile fax web website secretary administrator line duty desk point
    responsibilities roles aims introduction contents rationale purpose bank holiday day north south east west
    lane campus close road either through mr mrs ms miss dr house boarding job description
"""
_NOT_NAMES = frozenset(_NOT_NAMES_TEXT.split())
_MONTHS_AS_NAMES = frozenset({"april", "june"})
_GIVEN_TEXT = """
    abigail adam adrian aisha alan alex alexander alexandra alice alison amanda amy andrea andrew angela anita ann
    anna anne annette anthony barbara ben benjamin bernadette beth beverley bethany brian bridget bryan carl carol
    caroline catherine cathy charles charlotte chloe chris christina christine christopher claire clare colin craig
    daniel darren david dawn dean debbie deborah debra denise dennis diana diane donna dorothy duncan edward eileen
    elaine eleanor elizabeth ellen emily emma eric erica esther fatima fiona frances francesca frank gareth gary
    gemma geoffrey george georgina gerald gillian gordon graham hannah harriet hayley hazel heather helen henry
    howard hugh iain ian irene isabel isobel jack jackie jacqueline jake james jamie jane janet janice jason jayne
    jean jenna jennifer jenny jeremy jessica jill jo joan joanna joanne john jonathan joseph josephine joshua joyce
    judith julia julian julie karen kate katherine kathleen kathryn katie kay keith kelly kenneth kerry kevin kieran
    kim kirsty laura lauren lee leanne lesley lewis liam linda lindsay lindsey lisa liz lorraine louisa louise lucy
    luke lynn lynne maria marie margaret marian martin mary matthew maureen maxine megan melanie melissa michael
    michelle mohammed monica muhammad nadia nancy naomi natalie natasha neil nicholas nicola nigel nina oliver
    olivia pamela patricia patrick paul paula pauline peter philip philippa phillip priya rachael rachel rebecca
    richard robert robin roger ross roy russell ruth ryan sally sam samantha samuel sandra sara sarah scott sean
    shannon sharon sheila shirley simon sophia sophie stacey stella stephanie stephen steve steven stuart susan
    suzanne sylvia tara teresa thomas tim timothy tina tom tony tracey tracy trevor ursula valerie vanessa veronica
    victoria vincent wendy william yasmin yvonne zoe
"""
_GIVEN = frozenset(_GIVEN_TEXT.split())
"""Given names common in Britain, those that are words of their own left out."""


def find_name(text: str, position: int = 0) -> re.Match[str] | None:
    """Return the name that begins exactly at ``position`` of ``text``, None where no person's name does."""
    match = _NAME.match(text, position)
    end = match.end() if match else position
    while match is None or not is_name(match[0]):
        # What follows a name may look like more of it ("Greta Penhallow Deputy Head"): try with a word less.
        end = text.rfind(" ", position, end)
        if end <= position:
            return None
        trimmed = position + len(text[position:end].rstrip(" -–"))
        match = _NAME.fullmatch(text, position, trimmed)
    return match


def has_given_name(name: str) -> bool:
    """Say whether ``name`` begins with a given name so common that it shows a person without any other mark."""
    return name.split(maxsplit=1)[0].lower() in _GIVEN


def is_name(text: str) -> bool:
    """Say whether all of ``text`` reads as one person's name rather than as a role or a heading."""
    if not _NAME.fullmatch(text):
        return False
    words = drop_title(text).replace("–", "-").split()
    titled = len(drop_title(text)) < len(text)
    plain = [word.strip(".").lower().removesuffix("'s").removesuffix("’s") for word in words]
    if len(plain) > 1 and plain[0] in _MONTHS_AS_NAMES:
        plain = plain[1:]
    if any(word in _NOT_NAMES for word in plain):
        # "Mrs Head" is a name, "Deputy Head" is none.
        return titled and len(words) == 1
    return titled or any(len(word.strip(".")) > 1 for word in words)


def drop_title(name: str) -> str:
    """Return ``name`` without Mr, Mrs, Dr and their like, single-spaced."""
    return " ".join(_LEADING_TITLE.sub("", " ".join(name.split())).split())
