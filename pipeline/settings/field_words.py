"""What the settings' tables say below each of their fields, read from their source: only the desk's forms ask for it.

The settings' library could keep it with each field, but then reads every table's source for every command.
"""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent


def words_below_fields(model: type) -> dict[str, str]:
    """Return the text below each field of ``model`` and of what it is made from, by the field's name.

    A field without one has no entry; there are none at all where the program was installed without its source.
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if each.__module__.startswith("pipeline."):
            found |= _own_words(each)
    return found


def _own_words(model: type) -> dict[str, str]:
    try:
        (stated,) = ast.parse(dedent(inspect.getsource(model))).body
    except (OSError, TypeError):
        return {}
    assert isinstance(stated, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(stated.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }
