"""Put titles that are printed in capitals into ordinary case, abbreviations kept; used by ``facts.titles``."""

import re

_KEPT_TEXT = """
    SEND SEN SENCO SENDCO PSHE PSHCE PSHEE PSHCEE RSE RSHE SRE SMSC EYFS ICT IT AI CCTV GDPR UK EAL PE RE MFL KS KS1
    KS2 KS3 KS4 LAC CLA PLAC DSL DBS CRB FGM CSE CME HIV AIDS LGBT LGBTQ BYOD COSHH RIDDOR PEEP HR NQT ECT ITT CPD PPA
    TLR PTA FOI FOIA DPA DPIA SAR ADHD ASD ASC EHCP EHC IHP EVC NEA JCQ BTEC GCSE CEIAG AUP VLE COVID FSM PPG TA TAS
    HLTA SLT QTS STEM DT D&T LA LEA DFE KCSIE PREVENT USA EU II III IV CE VA VC RC CIC MAT SIMS VAT MP
"""
_KEPT = frozenset(_KEPT_TEXT.split()) - {"PREVENT"}
"""Abbreviations that stay in capitals."""
_SMALL_TEXT = "a an and as at by for from in of on or the to with within"
_SMALL = frozenset(_SMALL_TEXT.split())
_KIND_WORDS_TEXT = "policy policies procedure procedures statement plan scheme strategy code guidelines protocol"
_KIND_WORDS = frozenset(_KIND_WORDS_TEXT.split())
_WORD = re.compile(r"[A-Za-z&]+(?:[’'][A-Za-z]+)*")


def ordinary_case(title: str) -> str:
    """Return ``title`` with words in capitals written as in ordinary type: "BEHAVIOUR POLICY" → "Behaviour Policy".

    Where only single words stand in capitals, those are changed that name the kind of document ("Behaviour POLICY");
    others may be abbreviations nobody listed.
    """
    letters = [letter for letter in title if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    whole = capitals > 0.8 * len(letters) and any(
        len(word) > 3 and word.isupper() and word not in _KEPT for word in _WORD.findall(title)
    )

    def write(match: re.Match[str]) -> str:
        word = match[0]
        if not word.isupper() or word in _KEPT or not (whole or word.lower() in _KIND_WORDS):
            return word
        opens = not title[: match.start()].strip(" ‘“'\"(") or title[: match.start()].rstrip().endswith((":", "–", "("))
        if word.lower() in _SMALL and not opens:
            return word.lower()
        return word if len(word) == 1 else word[0] + word[1:].lower()

    return _WORD.sub(write, title)
