"""The name under which planning asks the sheet of its passages (``text.sheet``)."""

from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

Cells = Sheet[Passage]
