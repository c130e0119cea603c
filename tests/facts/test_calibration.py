"""What ``python -m tests.evaluate`` says of confidence: right values must be told from wrong ones."""

import pytest

from tests.evaluate import Score, auc, print_quality


def test_auc_is_the_chance_that_the_right_value_was_stated_more_surely() -> None:
    assert auc([(0.9, True), (0.5, False)]) == 1.0
    assert auc([(0.5, True), (0.9, False)]) == 0.0
    assert auc([(0.9, True), (0.9, False), (0.8, True), (0.7, False)]) == 0.625
    assert auc([(0.9, True)]) is None


def test_wrong_values_and_the_share_of_sure_ones_are_printed_by_field(capsys: pytest.CaptureFixture[str]) -> None:
    owner, version = Score(), Score()
    for confidence, right in ((0.97, True), (0.97, False), (0.85, True)):
        owner.state(confidence, right=right)
    version.state(0.5, right=False)
    print_quality({"owner": owner, "version": version}, documents=4)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "nonsense values per 100 documents: 25.0 (owner 1)",
        "calibration right of >= .95 right of >= .8 AUC",
        "all fields 1 of 2 0.500 2 of 3 0.667 0.625",
        "owner 1 of 2 0.500 2 of 3 0.667 0.250",
        "version - - -",
    ]
