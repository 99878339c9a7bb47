"""When a heartbeat is late, and what pings, starts and failures do to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.heartbeats.rules import DOWN, Beat, Pulse, Told, due_after, heard, missed

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVERY, GRACE = 3600, 600


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def fresh(**changes: object) -> Pulse:
    pulse = {"state": "watched", "every": EVERY, "grace": GRACE, "due_at": at(70), **changes}
    return Pulse(**pulse)  # type: ignore[arg-type]


def test_silence_is_missed_at_the_due_time_and_not_before() -> None:
    assert missed(fresh(), at(69.9)) == (fresh(), None)
    down, told = missed(fresh(), at(75))
    assert (down.state, down.since, told) == ("missed", at(70), Told.MISSED)
    assert missed(down, at(500)) == (down, None)


def test_a_ping_is_due_again_after_its_rhythm_and_grace() -> None:
    after, told = heard(fresh(), Beat.PING, at(10))
    assert (after.due_at, told) == (at(80), None)


def test_a_ping_after_silence_recovers_once() -> None:
    down, _ = missed(fresh(), at(75))
    back, told = heard(down, Beat.PING, at(90))
    assert (back.state, back.since, told) == ("watched", None, Told.RECOVERED)
    assert heard(back, Beat.PING, at(91))[1] is None


def test_a_failure_is_told_at_once_and_once() -> None:
    failed, told = heard(fresh(), Beat.FAIL, at(5))
    assert (failed.state, failed.since, told) == ("failed", at(5), Told.FAILED)
    assert heard(failed, Beat.FAIL, at(6))[1] is None
    assert heard(failed, Beat.PING, at(7))[1] is Told.RECOVERED


def test_a_failure_of_what_was_missed_is_the_same_episode() -> None:
    down, _ = missed(fresh(), at(75))
    failed, told = heard(down, Beat.FAIL, at(80))
    assert (failed.since, told) == (at(70), Told.FAILED)


def test_a_job_that_began_must_end_within_its_grace() -> None:
    began, told = heard(fresh(), Beat.START, at(60))
    assert (began.due_at, told) == (at(70), None)
    down, told = missed(began, at(71))
    assert told is Told.MISSED
    assert heard(down, Beat.START, at(72))[0].state == "missed"


def test_a_paused_one_notes_what_it_hears_and_tells_nothing() -> None:
    paused = fresh(state="paused")
    for beat in Beat:
        after, told = heard(paused, beat, at(5))
        assert (after.state, told) == ("paused", None)
    assert missed(paused, at(500))[1] is None


def test_an_older_ping_changes_nothing() -> None:
    after, _ = heard(fresh(), Beat.PING, at(10))
    assert heard(after, Beat.FAIL, at(9)) == (after, None)


@given(st.lists(st.tuples(st.sampled_from([*Beat, "look"]), st.integers(0, 300)), max_size=40))
def test_what_is_told_alternates(steps: list[tuple[object, int]]) -> None:
    """Down and up take turns: no alert opens twice, none is closed that was not open."""
    pulse, open_ = fresh(), False
    for what, minute in sorted(steps, key=lambda step: step[1]):
        pulse, told = (
            heard(pulse, what, at(minute)) if isinstance(what, Beat) else missed(pulse, at(minute))
        )
        if told is Told.RECOVERED:
            assert open_
            open_ = False
        elif told is Told.MISSED:
            assert not open_
            open_ = True
        elif told is Told.FAILED:
            open_ = True
        assert (pulse.state in DOWN) is open_
        assert (pulse.since is not None) is open_


def test_due_is_never_before_the_rhythm() -> None:
    assert due_after(NOON, EVERY, 0) == at(60)
