"""Saving schedules and policies: exactly the state that was said, or a sentence per field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from core.actor import program
from core.errors import Conflict, Invalid
from oncall import selectors, services
from oncall.models import EscalationPolicy, Override, Rotation, Schedule

pytestmark = pytest.mark.django_db
ROTATION: dict[str, Any] = {
    "name": "weekly", "users": ["ana@example.org"], "starts": "2026-01-05T09:00:00+01:00",
    "handoff": "09:00", "shift_length": "1w",
}  # fmt: skip
OVERRIDE = {
    "user": "ana@example.org", "starts": "2030-01-08T00:00:00Z", "ends": "2030-01-09T00:00:00Z",
}  # fmt: skip


@pytest.fixture(autouse=True)
def ana(person: Callable[..., User]) -> User:
    return person("Ana")


def save(*rotations: dict[str, Any], **more: Any) -> Schedule:
    given = {"slug": "primary", "name": "Primary", "time_zone": "UTC", **more}
    return services.save_schedule(rotations=rotations, actor=program(), **given)


def policy(*steps: dict[str, Any], **more: Any) -> EscalationPolicy:
    given = {"slug": "main", "name": "Main", **more}
    return services.save_policy(steps=steps, actor=program(), **given)


def test_saving_again_brings_the_schedule_to_the_new_state_and_keeps_the_rest() -> None:
    save(ROTATION, {**ROTATION, "name": "night"}, overrides=[OVERRIDE])
    kept = Rotation.objects.get(name="weekly").pk
    save({**ROTATION, "shift_length": "2 w"})
    rotation = Rotation.objects.get()
    assert (rotation.pk, rotation.shift_length) == (kept, "2w")
    assert Override.objects.count() == 1
    save(ROTATION, overrides=[])
    assert not Override.objects.exists()
    assert AuditEntry.objects.filter(action="schedule.save").count() == 3


def test_an_override_that_is_said_again_stays_the_same_row() -> None:
    save(ROTATION, overrides=[OVERRIDE])
    kept = Override.objects.get().pk
    save(ROTATION, overrides=[OVERRIDE, {**OVERRIDE, "reason": "swap"}])
    assert Override.objects.order_by("id").first().pk == kept  # type: ignore[union-attr]
    assert Override.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"users": ["ghost@example.org"]}, "rotations.0.users.0"),
        ({"users": ["\x00\ud800"]}, "rotations.0.users.0"),
        ({"starts": "2026-01-05T09:00:00"}, "rotations.0.starts"),
        ({"starts": "soon"}, "rotations.0.starts"),
        ({"starts": "9999-12-31T00:00:00Z"}, "rotations.0.starts"),
        ({"handoff": "25:00"}, "rotations.0.handoff"),
        ({"shift_length": "0d"}, "rotations.0.shift_length"),
        ({"shift_length": "1 fortnight"}, "rotations.0.shift_length"),
        ({"restrictions": [{"start": "9"}]}, "rotations.0.restrictions"),
        ({"restrictions": [{"weekdays": ["funday"], "start": "09:00", "end": "10:00"}]},
         "rotations.0.restrictions"),
        ({"name": ""}, "rotations.0.name"),
    ],
)  # fmt: skip
def test_a_wrong_rotation_is_refused_by_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        save({**ROTATION, **wrong})
    assert field in caught.value.errors
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"slug": "No Slug"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"time_zone": "Moon"}, "time_zone"),
    ],
)
def test_a_wrong_schedule_is_refused_by_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        save(ROTATION, **more)
    assert list(caught.value.errors) == [field]


def test_a_time_that_yaml_read_as_minutes_is_the_time_that_was_meant() -> None:
    save({**ROTATION, "handoff": 1050})
    assert f"{Rotation.objects.get().handoff:%H:%M}" == "17:30"


def test_a_schedule_that_a_policy_names_cannot_be_deleted() -> None:
    save(ROTATION)
    made = policy({"targets": [{"schedule": "primary"}]})
    with pytest.raises(Conflict):
        services.delete_schedule(slug="primary", actor=program())
    services.delete_policy(slug=made.slug, actor=program())
    services.delete_schedule(slug="primary", actor=program())
    assert not Schedule.objects.exists()


def test_there_is_one_fallback_policy_the_last_that_was_said() -> None:
    step = {"targets": [{"user": "ana@example.org"}]}
    policy(step, is_fallback=True)
    policy(step, slug="other", is_fallback=True)
    assert [p.slug for p in EscalationPolicy.objects.filter(is_fallback=True)] == ["other"]


def test_waits_are_seconds_or_words_and_channels_have_their_mark() -> None:
    policy({"targets": [{"user": "ANA@example.org"}]},
           {"after_seconds": "1m30s", "targets": [{"slack_channel": "ops"}]})  # fmt: skip
    first, second = EscalationPolicy.objects.get().steps.all()
    assert (first.after_seconds, second.after_seconds) == (0, 90)
    assert second.targets.get().slack_channel == "#ops"


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([], "steps"),
        ([{"targets": []}], "steps.0.targets"),
        ([{"targets": [{}]}], "steps.0.targets.0"),
        ([{"targets": [{"user": "a", "team": "b"}]}], "steps.0.targets.0"),
        ([{"targets": [{"pager": "x"}]}], "steps.0.targets.0"),
        ([{"targets": [{"user": "ana@example.org"}] * 2}], "steps.0.targets.1"),
        ([{"after_seconds": -1, "targets": [{"user": "ana@example.org"}]}],
         "steps.0.after_seconds"),
        ([{"after_seconds": "soon", "targets": [{"user": "ana@example.org"}]}],
         "steps.0.after_seconds"),
    ],
)  # fmt: skip
def test_a_wrong_step_is_refused_by_field(steps: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        policy(*steps)
    assert field in caught.value.errors
    assert not EscalationPolicy.objects.exists()


def test_a_person_who_left_shows_in_the_schedule_and_not_as_reachable(ana: User) -> None:
    save(ROTATION)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    (now,) = selectors.on_call_now()
    assert now.duty is not None
    assert not now.duty.user.is_active
