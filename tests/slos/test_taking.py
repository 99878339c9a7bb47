"""Facts of receipts become measurements: each once, late ones added, unused ones remembered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from alerts.extensions import Measured
from alerts.models import Source
from core import clock
from core.ids import new_id
from slos.intake import Count, Event, Fact, Window
from slos.models import Measurement, SeenEvent, Sli, Stream, Tally, Unmatched
from slos.services.indicators import save_sli
from slos.taking import take
from slos.tallies import forget_tallies
from slos.unmatched import MAX_SIGNALS, OTHERS
from tests.alerts.ingest_server import made_source
from tests.cast import TESTER, make_system

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(second=30, microsecond=0) - timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
BOUNDS = (0.5, 1.0)


@pytest.fixture
def source(db: None) -> Source:
    make_system("rag")
    made, _ = made_source("telemetry", "opentelemetry")
    return made


def sli(slug: str = "answers", signal: str = "answers", **fields: Any) -> Sli:
    system = fields.pop("system", make_system("rag"))
    return save_sli(slug=slug, name=slug, signal=signal, system=system, actor=TESTER, **fields)


def taken(
    source: Source, *facts: Fact, system: str | None = "rag", drill: bool = False
) -> list[str]:
    receipt = new_id()
    item = Measured(receipt, clock.now(), drill, source.pk, source.slug, system, facts)
    with transaction.atomic():
        return list(take([item])[receipt])


def event(number: int = 0, *, at: datetime = NOW, ok: bool | None = True, **more: Any) -> Event:
    return Event("answers", at, number.to_bytes(16), ok=ok, **more)


def counter(total: float, *, at: datetime, start: datetime, **more: Any) -> Count:
    return Count("answers", at, b"c" * 16, total, start, cumulative=True, ok=True, **more)


def histogram(low: float, high: float, *, at: datetime, start: datetime) -> Count:
    return Count(
        "latency", at, b"h" * 16, low + high, start, cumulative=True, bounds=BOUNDS,
        buckets=(low, 0.0, high), ok=True,
    )  # fmt: skip


def minutes(indicator: Sli, cohort: str = "") -> dict[datetime, tuple[float, float]]:
    rows = Measurement.objects.filter(track__sli=indicator, track__cohort=cohort)
    return {row.started: (row.good, row.total) for row in rows}


def counts(indicator: Sli) -> tuple[float, float]:
    found = minutes(indicator).values()
    return sum(good for good, _ in found), sum(total for _, total in found)


def test_events_are_added_up_by_minute(source: Source) -> None:
    answers = sli()
    notes = taken(source, event(1), event(2, ok=False), event(3, at=NOW + MINUTE))
    start = NOW.replace(second=0)
    assert minutes(answers) == {start: (1, 2), start + MINUTE: (1, 1)}
    assert notes == []


def test_an_event_that_is_delivered_again_counts_once(source: Source) -> None:
    answers = sli()
    taken(source, event(1), event(1), event(2))
    taken(source, event(1), event(2), event(3))
    assert counts(answers) == (3, 3)


def test_late_events_correct_the_minute_they_belong_to(source: Source) -> None:
    answers = sli()
    taken(source, event(1), event(2, at=NOW + 5 * MINUTE))
    taken(source, event(3, ok=False))
    assert minutes(answers)[NOW.replace(second=0)] == (1, 2)


def test_versions_are_counted_beside_the_total(source: Source) -> None:
    answers = sli()
    taken(source, event(1, cohort="7"), event(2, cohort="8", ok=False))
    start = NOW.replace(second=0)
    assert minutes(answers) == {start: (1, 2)}
    assert minutes(answers, "7") == {start: (1, 1)}
    assert minutes(answers, "8") == {start: (0, 1)}
    counting = Measurement.objects.filter(track__sli=answers, track__counts=True)
    assert {row.track.cohort for row in counting} == {""}


def test_a_counter_that_just_began_counts_from_its_start(source: Source) -> None:
    answers = sli()
    start = NOW - MINUTE
    taken(source, counter(10, at=NOW, start=start))
    taken(source, counter(25, at=NOW + MINUTE, start=start))
    assert sorted(minutes(answers).values()) == [(10, 10), (15, 15)]


def test_what_an_older_counter_counted_before_is_nobodys_minute(source: Source) -> None:
    answers = sli()
    start = NOW - timedelta(days=10)
    taken(source, counter(1_000_000, at=NOW, start=start))
    assert counts(answers) == (0, 0)
    taken(source, counter(1_000_007, at=NOW + MINUTE, start=start))
    assert counts(answers) == (7, 7)


def test_a_repeated_or_older_export_adds_nothing(source: Source) -> None:
    answers = sli()
    start = NOW - MINUTE
    second = counter(25, at=NOW + MINUTE, start=start)
    taken(source, counter(10, at=NOW, start=start), second)
    taken(source, second)
    taken(source, counter(12, at=NOW + timedelta(seconds=10), start=start))
    assert counts(answers) == (25, 25)


def test_a_counter_that_began_anew_counts_from_there(source: Source) -> None:
    answers = sli()
    taken(source, counter(10, at=NOW, start=NOW - MINUTE))
    taken(source, counter(4, at=NOW + MINUTE, start=NOW + timedelta(seconds=40)))
    assert counts(answers) == (14, 14)
    taken(source, counter(1, at=NOW + 2 * MINUTE, start=NOW + timedelta(seconds=40)))
    assert counts(answers) == (15, 15), "it fell without saying so"


def test_after_a_gap_the_rise_is_spread_over_it(source: Source) -> None:
    answers = sli()
    taken(source, counter(10, at=NOW, start=NOW - MINUTE))
    taken(source, counter(31, at=NOW + 20 * MINUTE, start=NOW - MINUTE))
    found = minutes(answers)
    assert len(found) == 21
    assert counts(answers) == (pytest.approx(31), pytest.approx(31))


def test_histograms_are_split_at_the_threshold(source: Source) -> None:
    latency = sli("latency", "latency", kind="threshold", op="lte", value=0.5)
    start = NOW - MINUTE
    taken(source, histogram(3, 1, at=NOW, start=start))
    taken(source, histogram(5, 4, at=NOW + MINUTE, start=start))
    assert sorted(minutes(latency).values()) == [(2, 5), (3, 4)]


def test_another_threshold_does_not_compare_with_the_old_counts(source: Source) -> None:
    start = NOW - MINUTE
    latency = sli("latency", "latency", kind="threshold", op="lte", value=0.5)
    taken(source, histogram(3, 1, at=NOW, start=start))
    sli("latency", "latency", kind="threshold", op="lte", value=1.0)
    taken(source, histogram(3, 1, at=NOW + MINUTE, start=start))
    taken(source, histogram(4, 1, at=NOW + 2 * MINUTE, start=start))
    assert counts(latency) == (4, 5)


def test_good_and_total_may_come_as_two_counters_in_any_order(source: Source) -> None:
    ratio = sli(signal="all", query={"good": "good"})
    good = Count("good", NOW, b"g" * 16, 9, NOW - MINUTE)
    total = Count("all", NOW, b"t" * 16, 10, NOW - MINUTE)
    taken(source, good)
    assert counts(ratio) == (0, 0)
    taken(source, total)
    taken(source, good, total)
    assert counts(ratio) == (9, 10)


def test_a_report_sent_again_replaces_what_it_said(source: Source) -> None:
    drift = sli("drift", "drift", op="lt", value=0.1)
    day = (NOW - timedelta(days=1), NOW)

    def window(column: str, value: float) -> Window:
        return Window("drift", *day, {"column": column}, value=value)

    taken(source, window("a", 0.05), window("b", 0.3))
    assert counts(drift) == (1, 2)
    taken(source, window("a", 0.05), window("b", 0.05))
    assert counts(drift) == (2, 2)


def test_an_old_report_is_taken_but_old_events_are_refused(source: Source) -> None:
    answers, drift = sli(), sli("drift", "drift")
    old = NOW - timedelta(days=60)
    taken(source, Window("drift", old, old + timedelta(days=1), ok=True), event(1, at=old))
    assert (counts(drift), counts(answers)) == ((1, 1), (0, 0))
    assert Unmatched.objects.get().reason == "It is older than 30 days."


def test_the_future_is_refused(source: Source) -> None:
    answers = sli()
    taken(source, event(1, at=clock.now() + timedelta(minutes=10)))
    assert counts(answers) == (0, 0)
    assert Unmatched.objects.get().reason == "Its time lies in the future."


def test_the_system_is_the_one_named_else_that_of_the_source(source: Source) -> None:
    rag, other = sli(), sli("other", system=make_system("support-assistant"))
    taken(source, event(1), event(2, about=("Support Assistant",)), event(3, about=("unknown",)))
    assert (counts(rag), counts(other)) == ((2, 2), (1, 1))


def test_an_indicator_of_no_system_listens_to_all(source: Source) -> None:
    everywhere = sli(system=None)
    taken(source, event(1, about=("nobody",)), event(2), system=None)
    assert counts(everywhere) == (2, 2)


def test_what_nobody_counts_is_remembered_with_its_reason(source: Source) -> None:
    sli(kind="threshold", op="lte", value=1.0)
    notes = taken(
        source,
        event(1, attributes={"model": "m"}),
        Event("other", NOW, bytes(16)),
        Event("other", NOW, bytes(16)),
    )
    taken(source, Event("alone", NOW, bytes(16)), system=None)
    assert notes == ["0 of 3 facts were counted by an indicator."]
    found = {row.signal: (row.reason, row.count) for row in Unmatched.objects.all()}
    assert found == {
        "answers": ("It carries no number to compare with the threshold.", 1),
        "other": ("No indicator listens to it.", 2),
        "alone": ("It names no system that AIRE knows, and its source has none.", 1),
    }
    assert Unmatched.objects.get(signal="answers").example == {"model": "m"}


def test_a_source_that_invents_names_fills_one_line(source: Source) -> None:
    for start in (0, MAX_SIGNALS):
        facts = [Event(f"x{start + n}", NOW, bytes(16)) for n in range(MAX_SIGNALS + 20)]
        taken(source, *facts)
    assert Unmatched.objects.count() == MAX_SIGNALS + 1
    assert Unmatched.objects.get(signal=OTHERS).count >= MAX_SIGNALS


def test_a_test_records_nothing_and_says_who_would_count(source: Source) -> None:
    answers = sli()
    notes = taken(source, event(1), drill=True)
    assert notes[-1] == "A test: answers would count it. Nothing was recorded."
    assert counts(answers) == (0, 0)
    assert not SeenEvent.objects.exists()
    assert not Unmatched.objects.exists()


def test_an_unknown_judge_is_refused_and_said(source: Source) -> None:
    judged = sli(kind="evaluated", op="gte", value=0.8, evaluators=[{"name": "judge@3"}])
    notes = taken(source, event(1, value=0.9), event(2, value=0.9, evaluator="judge@4"))
    assert counts(judged) == (1, 1)
    assert any("The evaluator “judge@4” is unknown here" in note for note in notes)


def test_the_sample_rate_of_the_indicator_goes_along(source: Source) -> None:
    answers = sli(sample_rate=0.1)
    taken(source, event(1))
    assert Measurement.objects.get(track__sli=answers).sample_rate == 0.1


def test_a_signal_that_cannot_be_read_listens_to_nothing(source: Source) -> None:
    broken = sli()
    Sli.objects.filter(pk=broken.pk).update(signal="answers{")
    taken(source, event(1))
    assert counts(broken) == (0, 0)


def test_what_nothing_can_be_added_to_is_forgotten(source: Source) -> None:
    answers = sli()
    taken(source, event(1), counter(10, at=NOW, start=NOW - MINUTE))
    Tally.objects.update(at=NOW - timedelta(days=40))
    SeenEvent.objects.update(seen_at=NOW - timedelta(days=40))
    Stream.objects.update(at=NOW - timedelta(days=40))
    assert forget_tallies() == 3
    assert counts(answers) == (11, 11), "the measurements stay"


def test_facts_are_taken_in_a_fixed_number_of_statements(
    source: Source, django_assert_max_num_queries: Any
) -> None:
    sli()
    taken(source, event(0))
    with django_assert_max_num_queries(16):
        taken(source, *(event(n, at=NOW + n % 20 * MINUTE) for n in range(1, 500)))
