"""What noting a change promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from accounts.models import AuditEntry
from catalog import services
from catalog.events import ChangeRecorded, SystemRetired
from catalog.models import Change, System
from catalog.services import record_change, retire_system
from core import clock
from core.errors import Invalid
from core.outbox import Event
from tests.cast import TESTER, make_system

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def note(system: System, **changes: object) -> Change:
    wanted = {"kind": "prompt", "summary": "Shorter prompt", "version": "v31", "occurred_at": AT}
    return record_change(**{"system": system, **wanted, "actor": TESTER, **changes})


def test_the_same_change_told_twice_is_one(system: System) -> None:
    assert note(system).pk == note(system).pk
    assert AuditEntry.objects.filter(action="change.record").count() == 1


@pytest.mark.parametrize(
    "other",
    [{"version": "v32"}, {"kind": "model"}, {"occurred_at": AT + timedelta(seconds=1)}],
)
def test_another_version_kind_or_time_is_another_change(
    system: System, other: dict[str, object]
) -> None:
    assert note(system).pk != note(system, **other).pk


@pytest.mark.django_db(transaction=True)
def test_eight_tellers_of_one_change_at_once_make_one() -> None:
    system = make_system("planner")

    def tell(_: int) -> None:
        try:
            note(system)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell, range(8)))
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "vibes"),
        ("summary", " \x00 "),
        ("summary", "x" * 1025),
        ("version", "x" * 201),
        ("url", "javascript:alert(1)"),
        ("rollback_url", "https://user:secret@example.org/"),
        ("url", "https://example.org/" + "x" * 2048),
        ("occurred_at", datetime(1, 1, 1, tzinfo=UTC)),
        ("occurred_at", datetime(2026, 1, 1)),  # noqa: DTZ001  the point of the test
    ],
)
def test_what_is_wrong_is_said_at_its_field(system: System, field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        note(system, **{field: value})
    assert set(caught.value.errors) == {field}
    assert not Change.objects.exists()


def test_a_clock_that_is_a_little_ahead_is_believed_and_the_future_is_not(system: System) -> None:
    assert note(system, occurred_at=clock.now() + timedelta(minutes=2)).pk
    with pytest.raises(Invalid):
        note(system, occurred_at=clock.now() + timedelta(minutes=10))


def test_without_a_time_it_is_now_and_both_times_are_kept(system: System) -> None:
    change = note(system, occurred_at=None)
    assert abs(change.occurred_at - clock.now()) < timedelta(seconds=5)
    assert abs(change.recorded_at - clock.now()) < timedelta(seconds=5)


def test_without_an_author_it_is_whoever_noted_it(system: System) -> None:
    assert note(system).author_label == TESTER.label
    assert note(system, version="v32", author_label="CI").author_label == "CI"


def test_higher_rooms_hear_of_each_new_change_and_retirement_once(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    monkeypatch.setattr(services.outbox, "publish", heard.append)
    change = note(system)
    note(system)
    retire_system(slug=system.slug, actor=TESTER)
    retire_system(slug=system.slug, actor=TESTER)
    assert heard == [
        ChangeRecorded(change_id=change.pk.hex, system_id=system.pk, kind="prompt"),
        SystemRetired(system_id=system.pk),
    ]
