"""Whatever the order in which signals arrive, the same alerts end in the same state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.episodes import Effect, Known, apply, episode_name
from alerts.signals import Action, Signal

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NOW = START + timedelta(hours=2)


def fire(start: datetime | None, *, at: datetime | None = None) -> Signal:
    return Signal(
        action=Action.FIRE, dedup_key="k", title="Drift", starts_at=start, occurred_at=at or start
    )


def resolve(start: datetime | None, end: datetime) -> Signal:
    return Signal(
        action=Action.RESOLVE,
        dedup_key="k",
        title="Drift",
        starts_at=start,
        ends_at=end,
        occurred_at=end,
    )


def run(signals: list[Signal], severity: str = "sev2") -> tuple[Known, list[Effect]]:
    known, effects = Known(), []
    for signal in signals:
        result = apply(known, signal, received_at=NOW, severity=severity)
        effects += [step.effect for step in result.steps]
    return known, effects


def state(known: Known) -> dict[str, tuple[str, datetime | None]]:
    return {name: (e.status, e.resolved_at) for name, e in known.episodes.items()}


FIRST, SECOND = START, START + timedelta(minutes=30)
T1 = fire(FIRST)
R1 = resolve(FIRST, FIRST + timedelta(minutes=10))
T2 = fire(SECOND)
R2 = resolve(SECOND, SECOND + timedelta(minutes=10))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_episodes_end_resolved_in_whatever_order_their_signals_come(
    order: tuple[int, ...],
) -> None:
    known, _ = run([[T1, R1, T2, R2][i] for i in order])
    assert state(known) == state(run([T1, R1, T2, R2])[0])


@given(st.lists(st.sampled_from([T1, R1, T2, R2]), min_size=0, max_size=12), st.randoms())
def test_repeats_change_nothing_about_where_it_ends(extra: list[Signal], random: object) -> None:
    signals = [T1, R1, T2, R2, *extra]
    random.shuffle(signals)  # type: ignore[attr-defined]
    known, _ = run(signals)
    assert state(known) == state(run([T1, R1, T2, R2])[0])


T3 = fire(SECOND + timedelta(minutes=30))
R3 = resolve(SECOND + timedelta(minutes=30), SECOND + timedelta(minutes=40))
ALL_SIX = [T1, R1, T2, R2, T3, R3]


@given(
    st.lists(st.sampled_from(ALL_SIX), max_size=20),
    st.sets(st.sampled_from([0, 1, 2])),
    st.randoms(),
)
def test_any_order_and_repetition_of_three_episodes_ends_in_the_same_state(
    extra: list[Signal], untold_ends: set[int], random: object
) -> None:
    untold = [[R1, R2, R3][number] for number in untold_ends]
    told = [signal for signal in [*ALL_SIX, *extra] if signal not in untold]
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    firing = {name for name, (status, _) in state(run(shuffled)[0]).items() if status == "firing"}
    expected = {episode_name(T3.starts_at)} if R3 in untold and T3.starts_at else set()
    assert firing == expected
    if not untold:
        assert state(run(shuffled)[0]) == state(run(ALL_SIX)[0])


def test_a_resolve_before_its_trigger_opens_nothing_that_fires() -> None:
    known, effects = run([R1, T1])
    assert effects == [Effect.OPENED_RESOLVED]
    assert not known.firing()


def test_a_trigger_of_another_start_fires_although_a_resolve_is_remembered() -> None:
    known, effects = run([R1, T2])
    assert effects == [Effect.OPENED]
    assert [e.name for e in known.firing()] == [episode_name(SECOND)]


def test_a_late_resend_of_a_resolved_episode_is_counted_and_does_not_fire() -> None:
    known, effects = run([T1, R1, T1])
    assert effects == [Effect.OPENED, Effect.RESOLVED, Effect.LATE_REPEAT]
    assert known.episodes[episode_name(FIRST)].count == 2


def test_the_same_resolve_again_and_again_keeps_the_first_end() -> None:
    known, effects = run([T1, R1, R1, R1])
    assert effects[1:] == [Effect.RESOLVED, Effect.RESOLVED_AGAIN, Effect.RESOLVED_AGAIN]
    assert known.episodes[episode_name(FIRST)].resolved_at == R1.ends_at


def test_a_counted_episode_fires_again_after_it_was_resolved() -> None:
    known, effects = run([fire(None), resolve(None, NOW), fire(None), fire(None)])
    assert effects == [Effect.OPENED, Effect.RESOLVED, Effect.OPENED, Effect.REPEATED]
    assert set(known.episodes) == {"n:1", "n:2"}


def test_a_resolve_without_a_start_and_without_a_trigger_is_not_remembered() -> None:
    known, effects = run([resolve(None, NOW), fire(None)])
    assert effects == [Effect.OPENED]
    assert known.firing()


def test_a_resolve_whose_start_was_moved_back_ends_the_episode_that_fires() -> None:
    # Alertmanager takes the earliest start when it merges two Prometheus servers.
    known, effects = run([T2, resolve(FIRST, SECOND + timedelta(minutes=20))])
    assert Effect.RESOLVED in effects
    assert not known.firing()


def test_a_resolve_of_long_ago_leaves_a_later_episode_firing() -> None:
    known, _ = run([T2, R1])
    assert [e.name for e in known.firing()] == [episode_name(SECOND)]


def test_severity_rises_and_never_falls_inside_an_episode() -> None:
    known = Known()
    for severity in ("sev3", "sev1", "sev4"):
        apply(known, fire(FIRST), received_at=NOW, severity=severity)
    assert known.episodes[episode_name(FIRST)].severity == "sev1"


def test_a_sender_whose_clock_runs_ahead_does_not_set_times_in_the_future() -> None:
    known, _ = run([fire(None, at=NOW + timedelta(hours=3))])
    assert known.episodes["n:1"].last_event_at == NOW


def test_an_acknowledgement_is_kept_once_and_of_nothing_is_nothing() -> None:
    acknowledge = Signal(action=Action.ACKNOWLEDGE, dedup_key="k", title="Drift", occurred_at=NOW)
    known, effects = run([acknowledge, T1, acknowledge, acknowledge])
    assert effects == [Effect.OPENED, Effect.ACKNOWLEDGED, Effect.ACKNOWLEDGED]
    assert known.episodes[episode_name(FIRST)].acknowledged_at == NOW
