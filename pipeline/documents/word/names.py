"""The names of Word's markup that reading and patching share; below ``walk`` and everything that uses it.

Source: ECMA-376 parts 1 and 4 (WordprocessingML, DrawingML, package relationships).
"""

W_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
M_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC_NAMESPACE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def w(name: str) -> str:
    """Return the full tag of a WordprocessingML element or attribute: ``w("p")``."""
    return f"{{{W_NAMESPACE}}}{name}"


P = w("p")
R = w("r")
T = w("t")
TBL = w("tbl")
TR = w("tr")
TC = w("tc")
SDT = w("sdt")
SDT_CONTENT = w("sdtContent")
HYPERLINK = w("hyperlink")
FIELD_SIMPLE = w("fldSimple")
FIELD_CHARACTER = w("fldChar")
INSTRUCTION = w("instrText")
TEXT_BOX_CONTENT = w("txbxContent")
RUN_PROPERTIES = w("rPr")
PARAGRAPH_PROPERTIES = w("pPr")
VANISH = w("vanish")
VAL = w("val")
RELATIONSHIP_ID = f"{{{R_NAMESPACE}}}id"
ALTERNATE = f"{{{MC_NAMESPACE}}}AlternateContent"
CHOICE = f"{{{MC_NAMESPACE}}}Choice"
FALLBACK = f"{{{MC_NAMESPACE}}}Fallback"
DRAWING_PARAGRAPH = f"{{{A_NAMESPACE}}}p"
DRAWING_TEXT = f"{{{A_NAMESPACE}}}t"
DRAWING_BREAK = f"{{{A_NAMESPACE}}}br"
MATH_TEXT = f"{{{M_NAMESPACE}}}t"

OFF = frozenset({"0", "false", "off"})


def is_on(value: str | None) -> bool:
    """Tell whether a Word on/off property that is present is on; no value means on."""
    return value not in OFF
