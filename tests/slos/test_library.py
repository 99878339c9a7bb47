"""The library has what it promises, and each entry can be used as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from slos.burn import derive, standard_rules
from slos.intake import parse_signal
from slos.library import BASES, GROUPS, ReadySli, ready_for, ready_slis
from slos.models import Series, Sli
from taxonomy.shipped import shipped

TAXONOMY = {code for name, cause in shipped().causes() for code in (name, cause["slug"])}
MONTH = timedelta(days=30)
# What people look for by topic: the list and the field's names.
EXPECTED = {
    "drift": {"data-drift-psi", "data-drift-ks", "data-drift-js", "data-drift-wasserstein"},
    "more drift": {"dataset-drift-share", "text-drift", "multivariate-drift", "concept-drift"},
    "predictions": {"prediction-drift", "estimated-performance", "accuracy-delayed"},
    "data": {"training-serving-skew", "feature-freshness", "completeness", "schema-validity"},
    "model": {"model-age", "calibration-error", "attribution-stability", "business-kpi"},
    "fairness": {
        "demographic-parity-ratio",
        "demographic-parity-difference",
        "equalized-odds-difference",
    },
    "answers": {"groundedness", "hallucination-free", "answer-relevance", "context-recall"},
    "retrieval": {"empty-retrieval", "citation-validity"},
    "safety": {"toxicity-free", "injection-resistance", "pii-leak-free"},
    "refusals": {"refusal-balance-benign", "refusal-balance-disallowed"},
    "speed": {"ttft", "tpot", "e2e-latency", "availability"},
    "output": {"truncation-free", "schema-valid-output", "version-pinning", "user-feedback"},
    "cost": {"tokens-per-request", "cost-per-request"},
    "agents": {"tool-call-success", "loop-free", "task-success", "human-override"},
    "guardrails": {"guardrail-block-rate", "guardrail-bypass"},
    "judges": {"judge-agreement", "evaluator-health", "eval-regression"},
    "machines": {"gpu-saturation", "gpu-memory", "gpu-health", "kv-cache", "queue-time"},
    "serving": {"inference-success", "inference-latency", "pipeline-success"},
}


@pytest.mark.parametrize("topic", EXPECTED)
def test_every_topic_is_there(topic: str) -> None:
    assert EXPECTED[topic] <= ready_slis().keys()


def test_nothing_is_there_that_no_topic_names() -> None:
    assert ready_slis().keys() == set().union(*EXPECTED.values())


def test_every_group_and_basis_is_used_and_named() -> None:
    entries = ready_slis().values()
    assert {entry.group for entry in entries} == GROUPS.keys()
    assert {entry.basis for entry in entries} == BASES.keys()


@pytest.mark.parametrize("entry", ready_slis().values(), ids=lambda entry: entry.slug)
def test_an_entry_can_be_saved_as_it_is(entry: ReadySli) -> None:
    assert entry.kind in Sli.Kind.values
    assert entry.method in Series.Method.values
    assert entry.op in ("", *Sli.Op.values)
    assert not entry.failure_class or entry.failure_class in TAXONOMY
    assert all(parse_signal(signal).total.signal for signal in entry.signals)
    for row in standard_rules(MONTH):
        assert 0 < derive(row, target=entry.target, window=MONTH).bad_ratio <= 0.8


@pytest.mark.parametrize("entry", ready_slis().values(), ids=lambda entry: entry.slug)
def test_an_entry_reads_as_sentences(entry: ReadySli) -> None:
    assert entry.source.endswith(".")
    assert not entry.note or entry.note.endswith(".")
    assert not entry.good_when.endswith(".")
    assert entry.unit_event[0].islower()


def test_a_threshold_is_said_in_words() -> None:
    assert ready_slis()["ttft"].threshold_words == "at most 2 seconds"
    assert ready_slis()["loop-free"].threshold_words == ""


def test_entries_for_the_kind_of_system_come_first() -> None:
    found = ready_for("agent")
    assert len(found) == len(ready_slis())
    fits = ["agent" in entry.systems for entry in found]
    assert fits == sorted(fits, reverse=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"op": ""},
        {"value": None},
        {"slice": "1h"},
        {"target": 1.0},
        {"signals": []},
        {"surprise": 1},
        {"source": ""},
    ],
)
def test_an_incomplete_entry_is_refused(wrong: dict[str, object]) -> None:
    row = ready_slis()["ttft"].model_dump(exclude={"slice_seconds"}) | wrong
    with pytest.raises(ValidationError):
        ReadySli.model_validate(row)


def test_slices_divide_an_hour_as_objectives_ask() -> None:
    lengths = {entry.slice_seconds for entry in ready_slis().values() if entry.slice_seconds}
    assert all(3600 % length == 0 for length in lengths)
