"""Reports of other tools are read as they are written, drawn, and refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import Invalid
from incidents.evidence.reading import MAX_ROWS, read_report
from incidents.evidence.wilson import wilson
from tests.integrations.reports.test_evidently import captured


def read(document: Any, named: str = "") -> Any:
    return read_report(json.dumps(document).encode(), named=named)


def test_shap_values_of_many_rows_are_ordered_by_their_mean() -> None:
    found = read({"values": [[0.1, -0.5], [0.3, 0.5]], "base_values": [0.2, 0.2],
                  "feature_names": ["age", "income"]})  # fmt: skip
    (block,) = found.blocks
    assert found.reader == "shap"
    assert block["rows"] == [["income", 0.5, 0.0], ["age", 0.2, pytest.approx(0.2)]]


def test_shap_of_one_row_and_of_several_outputs() -> None:
    one = read({"values": [0.1, -0.5], "base_values": 0.2, "data": [41, 20_000],
                "feature_names": ["age", "income"]}).blocks[0]  # fmt: skip
    assert one["rows"][0] == ["income", -0.5, "20000"]
    two = read({"values": [[[0.1, 0.9], [0.2, 0.3]]], "feature_names": ["a", "b"],
                "output_names": ["no", "yes"]}).blocks  # fmt: skip
    assert [block["title"] for block in two] == ["What moves its answers towards no",
                                                 "What moves its answers towards yes"]  # fmt: skip


def test_lime_lists() -> None:
    assert (
        read([["age > 40", 0.31], ["income <= 3", -0.4]]).blocks[0]["rows"][0][0] == "income <= 3"
    )
    labelled = read({"0": [["a", 1.0]], "1": [["a", -1.0]], "score": 0.8}, "lime")
    assert [block["title"] for block in labelled.blocks][1] == "What moved it towards 1"
    assert "R² of the local model 0.8" in labelled.blocks[0]["note"]


def test_a_metric_frame_shows_groups_against_overall() -> None:
    groups = {"women": 0.3, "men": 0.5, "x": None}
    found = read({"overall": {"selection_rate": 0.4}, "by_group": {"selection_rate": groups}})
    (block,) = found.blocks
    assert found.reader == "fairlearn"
    assert block["rows"][0] == ["women", 0.3, pytest.approx(-0.1)]
    assert block["rows"][2] == ["x", None, None]
    assert "largest difference 0.2, smallest ratio 0.6" in block["note"]


def test_ai_fairness_360_as_its_explainer_writes_it() -> None:
    text = json.dumps({
        "metric": "Disparate Impact", "description": "Computed as the ratio of rates.",
        "message": "Disparate impact (probability of favorable outcome for unprivileged instances "
                   "/ probability of favorable outcome for privileged instances): 0.7664",
        "ideal": "The ideal value of this metric is 1.0"})  # fmt: skip
    found = read([text])
    assert found.blocks[0]["rows"][0][:2] == ["Disparate Impact", 0.7664]
    assert read({"theil_index": 0.1}).reader == "aif360"


def test_evidently_reports_of_both_forms() -> None:
    for name in ("drift-with-tests-fail", "legacy-testsuite"):
        found = read(captured(name))
        assert found.reader == "evidently"
        assert any("failed" in row for block in found.blocks for row in block["rows"])


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"[]", b"{}", b'"text"', b"[" * 100_000,
     b'{"values": {"a": 1}, "base_values": 1}',
     b'{"values": [[]], "feature_names": []}', b'{"by_group": {}}', b'{"by_group": {"a": {}}}',
     b'{"values": [[1, "x"], 5], "base_values": 1}', b" " * (3 << 20)],
)  # fmt: skip
def test_what_is_none_of_them_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_report(data)
    assert caught.value.errors["file"][0].endswith(".")


def test_names_that_cannot_be_stored_are_read() -> None:
    found = read_report(rb'{"values": [1, NaN], "feature_names": ["\ud800", "b"]}')
    assert found.blocks[0]["rows"] == [["\N{REPLACEMENT CHARACTER}", 1.0, ""]]


def test_rows_have_an_end_and_numbers_are_finite() -> None:
    names = [f"f{number}" for number in range(200)]
    block = read(
        {"values": [[float(number) for number in range(200)]], "feature_names": names}
    ).blocks[0]
    assert (len(block["rows"]), block["left_out"]) == (MAX_ROWS, 200 - MAX_ROWS)
    nan = read_report(b'{"values": [NaN, 1.0], "base_values": 0, "feature_names": ["a", "b"]}')
    assert nan.blocks[0]["rows"] == [["b", 1.0, ""]]


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    # Newcombe 1998, table I, and by hand for the ends.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_as_published(k: int, n: int, low: float, high: float) -> None:
    rate = wilson(k, n)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert wilson(20, 20).high == 1.0
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
