"""Roles named in a text are found, whichever way they are worded."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.named.roles.passages import OTHER, find_labels
from pipeline.named.scene import Scene
from pipeline.places import read_place
from pipeline.text.passages import Passage

_PIECES = (
    "DSL", "Safe guarding lead", "cla\u017f\u017f teacher", "children in care", "cler\u212a to the governors",
    "le\u00adad", "D\u0130 SENCO", "pr\u0131ncipal", "the", "\n", " ", "e\u0301", "head of", "HEADTEACHER",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=4).map(" ".join), max_size=6))
def test_a_document_looked_at_together_names_the_roles_that_its_paragraphs_name(texts: list[str]) -> None:
    scene = Scene([Passage(read_place("body"), text) for text in texts])
    assert [scene.labels(index) for index in range(len(texts))] == [find_labels(text) for text in texts]
    for role in ("dsl", "deputy-dsl", "headteacher", "chair-of-governors", "senco", "clerk", OTHER):
        named = [index for index, text in enumerate(texts) if any(each.role == role for each in find_labels(text))]
        assert scene.naming({role}) == tuple(named), role
    assert scene.naming({"dsl", OTHER}) == tuple(sorted({*scene.naming({"dsl"}), *scene.naming({OTHER})}))
