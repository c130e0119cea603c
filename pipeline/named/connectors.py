"""What may stand between a role and the name of its holder: "DSL and Prevent Lead for Early Years: our manager, …"."""

import re

from pipeline.named.names.titles import Shows, one_title
from pipeline.named.roles.passages import A_PART, WHEN_AND_WHERE
from pipeline.named.roles.words import pattern_of
from pipeline.text.lazily import compiled_lazily

OF_THE_ROLE = (
    r"(?:s?['’]s?\s+(?:(?:full|current|own|contact|direct|work|mobile|tele?phone|phone|e-?mail)\s+)*"
    r"(?:names?|numbers?|details|address|line)\b)?"
)
"""What belongs to the role and is told of its holder: "the DSL’s name is …", "the DSL’s telephone number (…)"."""
_ANOTHER_POST = (
    r"(?:\s*(?:and|&|/|,)\s*(?!(?:[\w'’-]+\s+){0,4}(?:deput|assistant|safe|designated|child|dsl|governor|trustee))"
    r"(?:[A-Z][\w'’-]*\s+){0,4}(?:Lead(?:er)?|Co-?ordinator|Officer|Manager|Teacher|Champion|SENCO|SENDCo)(?=\s*[:\t]))?"
)
"""What the same person is besides: "DSL and Prevent Lead: …"; never a deputy, who is another."""
WHO_DOES = (
    r"(?:(?:\s*\([^)]{0,60}\))?\s+who\s+"
    r"(?:co-?ordinates?|leads?|oversees?|manages?|deals? with|takes?|has|have|(?:is|are) responsible for)\b"
    r"[^.;:\t]{0,100}?"
    r"(?=\s+(?:is|are)\b))?"
)
"""The task of the role between it and its holder: "Our designated person who co-ordinates this work is: …"."""
_OF_A_PART = (
    r"(?:\s+(?:for|of|at|in)\s+(?![^:\t]*(?:govern|truste|trust\b|board|authorit|council|dioces|looked|LAC|adult|health"
    rf"|attendance|online|county|LA\b))[\w'’&/ -]{{2,30}}(?=\s*[:\t])|\s*[–—-]\s*{A_PART}(?=\s*[:\t]))?"
)
"""The part of a setting whose lead it is: "DSL for Early Years:", no other body's and no other field's."""
_A_POST = (
    r"(?:(?:school|nursery|pre-?school|playgroup|club|centre|setting|deputy|assistant|senior|general|executive|business"
    r"|office|room|early\s+years|founding|registered|managing|lead)\s+){0,3}(?:manager|director|practitioner|supervisor"
    r"|owner|proprietor|leader|administrator|founder|co-?ordinator|officer|chief\s+executive|nurse)"
)
"""A post told before the name of the lead: "our DSL is our Nursery Manager, Ada Holt"."""
_AT_A_PLACE = (
    r"(?:(?:\s+|(?<=\)))(?:in|at|for|of)\s+(?:(?:this|the|these|those|our)\s+\w+|them|(?-i:(?:[A-Z][\w'’.-]*\s+){0,5}"
    r"(?:School|Academy|College|Nursery|Pre-?[Ss]chool|Playgroup|Club|Trust|Centre)))(?=\s+is\b|\W))?"
)
_JOINT = (
    r"\s*(?:is\b|are\b|:|[-–—~>»→…•·]|\.{2,}|,|\t|\||/|=|\?)+(?:\s+(?:is|are|currently|called|named|the|our"
    r"|(?:held|undertaken|carried out|filled|fulfilled|performed|taken on) by)\b)*\s*[:–-]?\s*"
)
_HOLDERS_POST = (
    r"(?:(?:head ?teacher|principal|deputy head(?: ?teacher)?|headmaster|headmistress|assistant head|trustee|bursar"
    rf"|chair(?:man|woman|person)?|{_A_POST})\b\s*[,:–-]?\s*)?"
)
CONNECTOR = re.compile(
    rf"{OF_THE_ROLE}{_ANOTHER_POST}{_OF_A_PART}{WHO_DOES}(?:\s+(?:role|post|position)(?=\s+is\b))?"
    rf"(?:\s*\((?!s\))[^)]{{0,60}}\))*(?:\s+team(?=\s*[:\t]))?{_AT_A_PLACE}{WHEN_AND_WHERE}"
    rf"(?:{_JOINT}|\s+name\s*:\s*|\s+(?={one_title(Shows.ANYWHERE)}\b)|(?<=\))\s*|(?<=[a-zL])(?=[A-Z][a-z]+ [A-Z]))"
    rf"(?:(?:name|the|our)\b\s*:?\s*)?{_HOLDERS_POST}",
    re.IGNORECASE,
)
"""What may stand between a role and the name of its holder."""
BEHIND_POST = compiled_lazily(
    lambda: (
        r",\s+(?:[A-Z][\w'’&/-]*\s+){0,3}"
        rf"(?i:{pattern_of('post')}|head(?: ?teacher)?|principal|send?co)\s+(?:and|&)\s+"
    )
)
"""Between two names of a list, the first one's post: "Ada Holt, Manager and Ben Lowe, Deputy Manager"."""
