"""Reports of other tools are read as they are written, drawn, and refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import Invalid
from incidents.evidence.groups import verdict
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
    assert "chance cannot be told from more" in block["note"]
    assert block["intervals"] == []


FRAME = {
    "accuracy": {"BR": 0.6637426901, "DE": 0.8346774194, "FR": 0.8390804598, "PL": 0.8426229508},
    "recall": {"BR": 0.5194805195, "DE": 0.0891089109, "FR": 0.2048192771, "PL": 0.119047619},
    "selection_rate": {"BR": 0.3450292398, "DE": 0.0537634409, "FR": 0.0804597701,
                       "PL": 0.0524590164},
    "fpr": {"BR": 0.2943396226, "DE": 0.0482115086, "FR": 0.0608365019, "PL": 0.0418250951},
    "count": {"BR": 342.0, "DE": 744.0, "FR": 609.0, "PL": 305.0},
}  # fmt: skip
OVERALL = {"accuracy": 0.808, "recall": 0.2343234323, "selection_rate": 0.1115, "fpr": 0.0895697911}
"""As Fairlearn 0.15 wrote them."""


def test_groups_have_their_sample_and_interval_where_counts_are_there() -> None:
    blocks = {one["title"]: one for one in read({"by_group": FRAME, "overall": OVERALL}).blocks}
    assert set(blocks) == {"accuracy", "recall", "selection_rate", "fpr"}
    chosen = {row[0]: row for row in blocks["selection_rate"]["rows"]}
    assert chosen["BR"][2:4] == ["342", "0.297 to 0.397"]
    assert chosen["BR"][5] == chosen["DE"][5] == "differs"
    assert blocks["selection_rate"]["mark"] == 0.1115
    # Of a recall the sample is the positives, worked out from the other rates.
    recall = {row[0]: row for row in blocks["recall"]["rows"]}
    assert recall["BR"][2] == "77 of 342"
    assert (recall["FR"][2], recall["FR"][5]) == ("83 of 609", "too few to say")
    assert "2 of 4 groups are too small to say." in blocks["recall"]["note"]
    assert blocks["accuracy"]["rows"][2][5] == "as the others"


def test_a_frame_by_row_and_counts_that_are_none() -> None:
    frame = {
        "a": {"accuracy": 0.5, "count": 10}, "b": {"accuracy": 0.9, "count": -3},
        "c": {"accuracy": 7.5, "count": 1e400}, "d": {"accuracy": None, "count": 2.5},
    }  # fmt: skip
    (block,) = read({"by_group": frame, "overall": {"accuracy": 0.6, "count": 9}}).blocks
    assert [row[2] for row in block["rows"]] == ["10", "", "", ""]
    assert block["intervals"][1:] == [None, None, None]
    assert block["rows"][0][5] == "too few to say"
    # Rates that fit no whole counts are not believed to work positives out.
    odd = {**FRAME, "selection_rate": dict.fromkeys(["BR", "DE", "FR", "PL"], 0.33)}
    recall = next(one for one in read({"by_group": odd}).blocks if one["title"] == "recall")
    assert [row[3] for row in recall["rows"]] == [""] * 4
    assert "no intervals" in recall["note"]


def test_a_verdict_needs_a_sample_that_can_give_one() -> None:
    def said(k: int, n: int, overall: float) -> str:
        return verdict(wilson(k, n), overall)

    assert (said(1, 4, 0.5), said(500, 1000, 0.5), said(300, 1000, 0.5)) == (
        "too few to say", "as the others", "differs",
    )  # fmt: skip
    assert (said(0, 0, 0.5), verdict(None, 0.5), said(5, 9, 0.0)) == (
        "too few to say", "", "differs",
    )  # fmt: skip


def test_evidently_by_group_has_the_rows_of_each_as_its_sample() -> None:
    def measured(metric: str, label: str, value: float) -> dict[str, Any]:
        kind = "evidently:metric_v2:"
        return {"config": {"type": f"{kind}GroupByMetric", "metric": {"type": f"{kind}{metric}"},
                           "column_name": "region", "label": label}, "value": value}  # fmt: skip

    rates, sizes = {"BR": 0.5, "IS": 0.0}, {"BR": 800.0, "IS": 3.0}
    items = [measured("Accuracy", label, rate) for label, rate in rates.items()]
    items += [measured("RowCount", label, size) for label, size in sizes.items()]
    block = read({"metrics": items}).blocks[-1]
    assert block["title"] == "Accuracy by region"
    assert [(row[0], row[2], row[5]) for row in block["rows"]] == [
        ("BR", "800", "as the others"), ("IS", "3", "too few to say"),
    ]  # fmt: skip
    same = [measured("Accuracy", label, 0.49) for label in ("BR", "DE")]
    assert "very same value" in read({"metrics": same}).blocks[-1]["note"]


def test_ai_fairness_360_as_its_explainer_writes_it() -> None:
    text = json.dumps({
        "metric": "Disparate Impact", "description": "Computed as the ratio of rates.",
        "message": "Disparate impact (probability of favorable outcome for unprivileged instances "
                   "/ probability of favorable outcome for privileged instances): 0.7664",
        "ideal": "The ideal value of this metric is 1.0"})  # fmt: skip
    counted = json.dumps({
        "metric": "Disparate Impact", "message": "Disparate impact: 0.5",
        "numPositivePredictionsUnprivileged": 20.0, "numUnprivileged": 80.0,
        "numPositivePredictionsPrivileged": 500.0, "numPrivileged": 1000.0})  # fmt: skip
    rates = read([counted]).blocks[1]
    assert [row[:3] for row in rates["rows"]] == [
        ["Unprivileged", 0.25, "80"], ["Privileged", 0.5, "1,000"],
    ]  # fmt: skip
    assert rates["rows"][0][5] == "differs"
    hostile = {"metric": "x", "numPositivePredictionsUnprivileged": 9, "numUnprivileged": 2,
               "numPositivePredictionsPrivileged": 1, "numPrivileged": 0}  # fmt: skip
    assert len(read([json.dumps(hostile)]).blocks) == 1
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
