"""How an SLI counts what inputs hand over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from slos.intake import (
    Count,
    Event,
    Rule,
    SelectorError,
    Share,
    Window,
    parse_selector,
    parse_signal,
    share_of,
    slices,
    why_not,
)

AT = datetime(2026, 11, 21, 10, 30, 20, tzinfo=UTC)
KEY = b"k" * 16
DURATION = "gen_ai.client.operation.duration"
BOUNDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28)


def rule(total: str, **fields: object) -> Rule:
    selectors = {
        name: parse_selector(str(fields.pop(name))) for name in ("good", "bad") if name in fields
    }
    return Rule(1, "rag", parse_selector(total), **selectors, **fields)  # type: ignore[arg-type]


def histogram(*buckets: float, ok: bool | None = None, **attributes: str) -> Count:
    return Count(
        DURATION, AT, KEY, sum(buckets), bounds=BOUNDS, buckets=buckets, ok=ok,
        attributes=attributes,
    )  # fmt: skip


def test_a_selector_names_a_signal_and_its_attributes() -> None:
    selector = parse_selector(' gen_ai.x{gen_ai.operation.name="chat", error.type=""} ')
    fact = Event("gen_ai.x", AT, KEY, {"gen_ai.operation.name": "chat"})
    assert selector.takes(fact)
    assert not selector.takes(Event("gen_ai.x", AT, KEY, {"error.type": "timeout"}))
    assert not selector.takes(Event("gen_ai.y", AT, KEY, {"gen_ai.operation.name": "chat"}))


@pytest.mark.parametrize(
    "text", ["", "{a=1}", "x{a", "x{a==1}", "two words", 'x"', "x" * 300, 'x{a=~"("}', "a\nb"]
)
def test_what_selects_nothing_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    assert str(caught.value)


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ('op{a="1"} good{b!="x"}', 'op{a="1", b!="x"}', None),
        ('op bad {b="x"}', None, 'op{b="x"}'),
        ("slo.total good slo.good", "slo.good", None),
        ('op{a="very good{x}"} good{b="bad {"}', 'op{a="very good{x}", b="bad {"}', None),
    ],
)
def test_a_signal_may_say_which_ones_are_good(text: str, good: str | None, bad: str | None) -> None:
    listening = parse_signal(text)
    assert listening.good == (parse_selector(good) if good else None)
    assert listening.bad == (parse_selector(bad) if bad else None)


@pytest.mark.parametrize("text", ["a good", "a good{", "a good b c", "a ugly{b=1}"])
def test_a_signal_that_says_it_wrongly_is_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        parse_signal(text)


def test_a_threshold_at_a_bucket_bound_is_exact() -> None:
    fact = histogram(1, 0, 0, 0, 5, 3, 1, 0, 2)
    assert share_of(rule(DURATION, operator="lte", threshold=0.32), fact) == Share(9, 12)
    assert share_of(rule(DURATION, operator="gt", threshold=0.32), fact) == Share(3, 12)


def test_a_threshold_between_bounds_is_counted_on_the_safe_side_and_said() -> None:
    fact = histogram(1, 0, 0, 0, 5, 3, 1, 0, 2)
    share = share_of(rule(DURATION, operator="lte", threshold=0.5), fact)
    assert share is not None
    assert (share.good, share.total) == (9, 12)
    assert share.note == f"0.5 is no bucket bound of {DURATION}; it is counted at 0.32."
    above = share_of(rule(DURATION, operator="gte", threshold=0.5), fact)
    assert above is not None
    assert (above.good, above.total) == (2, 12)


def test_an_empty_bucket_around_the_threshold_leaves_no_doubt() -> None:
    fact = histogram(1, 0, 0, 0, 5, 3, 0, 0, 2)
    assert share_of(rule(DURATION, operator="lte", threshold=0.5), fact) == Share(9, 11)


def test_buckets_for_milliseconds_cannot_judge_seconds() -> None:
    """The Node SDK's default bounds: every call lies between 0 and 5."""
    blind = Count(DURATION, AT, KEY, 5, bounds=(0, 5, 10), buckets=(0, 5, 0, 0))
    two_seconds = rule(DURATION, operator="lte", threshold=2)
    assert share_of(two_seconds, blind) is None
    assert why_not(two_seconds, blind) == (
        "Its buckets are too wide around 2 to tell good from bad."
    )


def test_calls_that_failed_are_bad_however_fast() -> None:
    within_limit = rule(DURATION, operator="lte", threshold=0.32)
    assert share_of(within_limit, histogram(4, *[0] * 8, ok=False)) == Share(0, 4)


def test_a_ratio_counts_what_its_selectors_take() -> None:
    ratio = rule(DURATION, good=f'{DURATION}{{error.type=""}}')
    assert share_of(ratio, histogram(4, *[0] * 8)) == Share(4, 4)
    failed = Count(DURATION, AT, KEY, 2, attributes={"error.type": "openai.RateLimitError"})
    assert share_of(ratio, failed) == Share(0, 2)


def test_a_ratio_may_name_the_bad_ones() -> None:
    ratio = rule("slo.events", bad='slo.events{outcome="bad"}')
    assert share_of(ratio, Count("slo.events", AT, KEY, 7)) == Share(7, 7)
    bad = Count("slo.events", AT, KEY, 3, attributes={"outcome": "bad"})
    assert share_of(ratio, bad) == Share(0, 3)


def test_good_and_total_may_be_two_counters() -> None:
    ratio = rule("slo.events.total", good="slo.events.good")
    assert share_of(ratio, Count("slo.events.good", AT, KEY, 997)) == Share(997, 0)
    assert share_of(ratio, Count("slo.events.total", AT, KEY, 1000)) == Share(0, 1000)


@pytest.mark.parametrize(
    ("operator", "value", "good"),
    [("lte", 0.8, 1), ("lt", 0.8, 0), ("gte", 0.8, 1), ("gt", 0.8, 0), ("gte", 0.9, 1)],
)
def test_scores_are_compared_with_the_threshold(operator: str, value: float, good: int) -> None:
    judged = rule("gen_ai.evaluation.result", operator=operator, threshold=0.8)
    fact = Event("gen_ai.evaluation.result", AT, KEY, value=value)
    assert share_of(judged, fact) == Share(good, 1)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_an_evaluation_without_a_score_is_neither_good_nor_bad(value: float | None) -> None:
    judged = rule("gen_ai.evaluation.result", operator="gte", threshold=0.8)
    fact = Event("gen_ai.evaluation.result", AT, KEY, value=value)
    assert share_of(judged, fact) is None
    assert why_not(judged, fact).startswith("It carries no number")


def test_labels_say_what_is_good_where_there_is_no_score() -> None:
    name = "gen_ai.evaluation.result"
    label = "gen_ai.evaluation.score.label"
    judged = rule(name, good=f'{name}{{{label}=~"pass|relevant"}}')
    assert share_of(judged, Event(name, AT, KEY, {label: "pass"})) == Share(1, 1)
    assert share_of(judged, Event(name, AT, KEY, {label: "fail"})) == Share(0, 1)


def test_without_threshold_the_senders_own_verdict_counts() -> None:
    tests = rule("evidently:test")
    hour = AT - timedelta(hours=1)
    assert share_of(tests, Window("evidently:test", hour, AT, ok=True)) == Share(1, 1)
    assert share_of(tests, Window("evidently:test", hour, AT, ok=False)) == Share(0, 1)
    assert share_of(tests, Window("evidently:test", hour, AT)) is None


def test_a_regular_export_belongs_to_the_minute_in_which_it_ends() -> None:
    minute = AT.replace(second=0)
    assert slices(AT - timedelta(seconds=60), AT) == [minute]
    assert slices(None, AT) == [minute]


def test_an_export_after_a_gap_is_spread_over_the_gap() -> None:
    spread = slices(AT - timedelta(minutes=10), AT)
    assert len(spread) == 11
    assert spread[0] == AT.replace(minute=20, second=0)
    assert spread[-1] == AT.replace(second=0)
