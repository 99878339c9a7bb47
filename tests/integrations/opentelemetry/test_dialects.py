"""Captured exports of every dialect end in the same signals."""

from __future__ import annotations

import pytest

from integrations.opentelemetry.dialects import dialects
from slos.intake import Count, Event, Share, Window, share_of
from tests.integrations.opentelemetry.exports import by_signal, facts
from tests.slos.test_intake import rule

DURATION = "gen_ai.client.operation.duration"


@pytest.mark.parametrize(
    "case",
    [
        "python-openai-v2-default-metrics-1",
        "python-openai-v2-latest-metrics-1",
        "python-genai-openai-default-metrics-1",
        "python-openllmetry-metrics-2",
    ],
)
def test_every_dialects_durations_tell_failed_calls_from_others(case: str) -> None:
    points = by_signal(facts(case))[DURATION]
    availability = rule(DURATION)
    shares = [share_of(availability, point) for point in points]
    assert all(isinstance(share, Share) for share in shares)
    total = sum(share.total for share in shares if share)
    good = sum(share.good for share in shares if share)
    assert 5 <= total - good <= 6
    assert total >= 12
    assert all(point.about == ("support-assistant",) for point in points)
    assert all(point.cumulative for point in points)


@pytest.mark.parametrize(
    "case", ["python-openai-v2-default-metrics-1", "python-openai-v2-latest-metrics-1"]
)
def test_the_provider_has_one_name(case: str) -> None:
    providers = {
        point.attributes.get("gen_ai.provider.name") for point in by_signal(facts(case))[DURATION]
    }
    assert providers == {"openai"}


def test_the_second_export_of_a_stream_has_the_same_stream_key() -> None:
    first = by_signal(facts("python-genai-openai-default-metrics-1"))[DURATION]
    second = by_signal(facts("python-genai-openai-default-metrics-2"))[DURATION]
    assert {point.stream for point in first} == {point.stream for point in second}
    assert len({point.stream for point in first}) == len(first) == 9


@pytest.mark.parametrize(
    "case",
    [
        "python-genai-openai-default-traces-1",
        "python-openai-v2-latest-traces-1",
        "python-openinference-traces-1",
    ],
)
def test_every_dialects_spans_are_calls_with_tokens(case: str) -> None:
    found = by_signal(facts(case))
    calls = found["gen_ai.client.operation"]
    assert len(calls) == 14
    assert sum(1 for call in calls if call.ok is False) == 6
    assert {call.attributes["gen_ai.operation.name"] for call in calls} == {"chat", "embeddings"}
    assert {tokens.value for tokens in found["gen_ai.usage.output_tokens"]} == {18}
    assert "helpdesk-llm-13b-2026-10" in {
        call.attributes.get("gen_ai.response.model") for call in calls
    }


def test_first_token_and_pace_come_from_spans_where_they_say_so() -> None:
    found = by_signal(facts("python-genai-openai-default-traces-1"))
    assert all(0.1 < fact.value < 0.2 for fact in found["gen_ai.response.time_to_first_chunk"])
    assert all(0 < fact.value < 0.1 for fact in found["gen_ai.response.time_per_output_token"])


def test_nothing_that_people_wrote_is_in_a_fact() -> None:
    for fact in facts("python-openinference-traces-1"):
        text = repr(fact)
        assert "refund" not in text.lower()
        assert not [name for name in fact.attributes if dialects().is_content(name)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gen_ai.prompt.0.content", True),
        ("gen_ai.prompt.version", False),
        ("input.value", True),
        ("gen_ai.usage.input_tokens", False),
        ("llm.input_messages.0.message.content", True),
        ("inputs", False),
    ],
)
def test_content_is_known_by_its_name(name: str, content: bool) -> None:
    assert dialects().is_content(name) is content


def test_evaluations_carry_scores_and_a_failed_judge_is_no_judgement() -> None:
    found = by_signal(facts("python-evaluation-results-logs-1"))
    results, runs = found["gen_ai.evaluation.result"], found["gen_ai.evaluation.run"]
    assert (len(results), len(runs)) == (12, 13)
    assert [run.ok for run in runs].count(False) == 1
    named = {
        (event.attributes["gen_ai.evaluation.name"], event.value)
        for event in results
        if isinstance(event, Event)
    }
    assert ("groundedness", 0.96) in named
    assert ("rubric", 4.0) in named
    assert ("rubric", 4.5) in named  # a score sent as text
    assert ("perplexity", None) in named  # NaN
    assert ("pii_leak", None) in named  # a label only
    assert len({event.key for event in [*results, *runs]}) == 25
    assert all(event.at.year == 2026 for event in results)


def test_groundedness_is_counted_from_evaluations() -> None:
    judged = rule(
        'gen_ai.evaluation.result{gen_ai.evaluation.name="groundedness"}',
        operator="gte", threshold=0.5,
    )  # fmt: skip
    shares = [share_of(judged, fact) for fact in facts("python-evaluation-results-logs-1")]
    counted = [share for share in shares if share]
    assert [share.good for share in counted] == [1, 0, 0]


def test_messages_of_a_conversation_are_not_evaluations() -> None:
    assert facts("python-openai-v2-default-logs-2") == []


def test_the_node_sdks_json_is_read_like_protobuf() -> None:
    found = by_signal(facts("node-json-metrics-1"))
    (good,), (total,) = found["slo.events.good"], found["slo.events.total"]
    assert (good.count, total.count) == (997, 1000)
    drift = {event.attributes["feature"]: event.value for event in found["model.drift.psi"]}
    assert drift["amount"] == 0.31
    assert len(drift) == 2
    assert [event.value for event in found["queue.depth"]] == [2]
    (score,) = found["fraud.score"]
    assert isinstance(score, Count)
    assert (score.count, sum(score.buckets)) == (4, 4)
    assert len(score.buckets) == len(score.bounds) + 1


def test_an_exponential_histogram_is_exact_at_powers_of_two() -> None:
    (score,) = by_signal(facts("node-json-metrics-1"))["fraud.score"]
    assert share_of(rule("fraud.score", operator="lte", threshold=0.25), score) == Share(2, 4)


def test_delta_exports_are_not_cumulative() -> None:
    points = by_signal(facts("node-json-gzip-delta-metrics-1"))["slo.events.total"]
    assert [point.cumulative for point in points] == [False]


def test_windows_are_not_made_of_telemetry() -> None:
    for case in ("node-json-metrics-1", "python-evaluation-results-logs-1"):
        assert not [fact for fact in facts(case) if isinstance(fact, Window)]
