"""Policies with branches, turns and time-outs at work: who is paged, and who is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from core.actor import Actor, Via
from core.errors import Invalid
from incidents import services as incidents
from incidents.models import Incident
from notifications.models import InboxItem
from oncall import services
from oncall.escalation import Circumstances, Hours, Policy, Step, Target, first_step, plan
from oncall.models import EscalationPolicy, EscalationTimer, Page, RoundRobin
from oncall.policy_json import from_json, to_json
from oncall.policy_preview import policy_preview
from oncall.schedule_parts import Restriction
from oncall.snapshot import policy_snapshot
from oncall.warnings import warn_before_shifts
from tests.cast import sign_in
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later, work_off

ACTOR = Actor(label="A test", via=Via.APPLY)
Make = Callable[..., User]
ANA, BEN = Target("user", "1", "Ana"), Target("user", "2", "Ben")
OFFICE = Hours("Europe/Berlin", (Restriction(frozenset(range(5)), time(9), time(17)),))
NIGHT = Hours(OFFICE.time_zone, OFFICE.windows, outside=True)
WEDNESDAY = datetime(2026, 3, 4, 15, 55, tzinfo=UTC)  # 16:55 in Berlin


def steps_taken(policy: Policy, at: datetime, severity: str = "sev2") -> list[tuple[int, int]]:
    return [
        (due.step, round((due.due_at - at).total_seconds())) for due in plan(policy, at, severity)
    ]


def test_a_step_of_another_severity_is_passed_by_without_its_wait() -> None:
    policy = Policy("p", "P", (Step(0, (ANA,), severities=("sev1",)), Step(300, (BEN,))))
    assert steps_taken(policy, WEDNESDAY) == [(1, 300)]
    assert steps_taken(policy, WEDNESDAY, "sev1") == [(0, 0), (1, 300)]
    assert steps_taken(policy, WEDNESDAY, "who knows") == [(0, 0), (1, 300)]


def test_hours_are_asked_at_the_time_the_step_is_due() -> None:
    policy = Policy("p", "P", (Step(0, (ANA,), hours=OFFICE), Step(600, (BEN,), hours=OFFICE)))
    assert steps_taken(policy, WEDNESDAY) == [(0, 0)]
    assert steps_taken(policy, WEDNESDAY - timedelta(hours=1)) == [(0, 0), (1, 600)]
    both = Policy("p", "P", (Step(0, (ANA,), hours=OFFICE), Step(0, (BEN,), hours=NIGHT)))
    for hours in range(24 * 7):
        taken = steps_taken(both, WEDNESDAY + timedelta(hours=hours))
        assert len(taken) == 1


def test_a_round_in_which_nothing_applies_ends_it() -> None:
    policy = Policy("p", "P", (Step(0, (ANA,), hours=OFFICE),), repeat=9)
    assert steps_taken(policy, WEDNESDAY) == [(0, 0)]  # 17:00 has come before round two
    assert first_step(policy, Circumstances("sev2", WEDNESDAY + timedelta(hours=2))) is None


def test_a_zone_that_is_gone_excludes_nothing() -> None:
    gone = Hours("Atlantis/Deep", OFFICE.windows)
    assert steps_taken(Policy("p", "P", (Step(0, (ANA,), hours=gone),)), WEDNESDAY) == [(0, 0)]


def test_a_snapshot_keeps_branches_and_turns() -> None:
    step = Step(5, (ANA,), ("sev1",), NIGHT, round_robin=True)
    policy = Policy("p", "P", (step,), repeat=2, ack_timeout_seconds=600)
    assert from_json(to_json(policy)) == policy


def make_policy(steps: Sequence[dict[str, Any]], **more: Any) -> EscalationPolicy:
    return services.save_policy(slug="ml", name="ML", steps=steps, actor=ACTOR, **more)


@pytest.mark.parametrize(
    ("steps", "more", "field"),
    [
        ([], {}, "steps"),
        ([{"targets": [{"schedule": "gone"}]}], {}, "steps.0.targets.0"),
        ([{"targets": [{"user": "ana@example.org"}], "severities": ["sev9"]}], {},
         "steps.0.severities"),
        ([{"targets": [{"user": "ana@example.org"}],
           "hours": {"time_zone": "Atlantis/Deep",
                     "windows": [{"start": "09:00", "end": "17:00"}]}}], {}, "steps.0.hours"),
        ([{"targets": [{"user": "ana@example.org"}]}], {"ack_timeout_seconds": 5},
         "ack_timeout_seconds"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_policy_that_makes_no_sense_is_refused_beside_its_field(
    person: Make, steps: list[dict[str, Any]], more: dict[str, Any], field: str
) -> None:
    person("Ana")
    with pytest.raises(Invalid) as refused:
        make_policy(steps, **more)
    assert field in refused.value.errors


def declare(policy: EscalationPolicy, severity: str = "sev2") -> Incident:
    return incidents.open_incident(
        title="Model drifts", severity=severity, policy=policy, actor=ACTOR
    )


def paged() -> list[str]:
    return [page.user.name for page in Page.objects.order_by("created_at", "id") if page.user]


@pytest.mark.django_db
def test_severity_decides_who_is_paged(person: Make, pigeon: FakeChannel) -> None:
    ana, ben = person("Ana"), person("Ben")
    policy = make_policy(
        [
            {"targets": [{"user": ana.email}], "severities": ["sev1"]},
            {"targets": [{"user": ben.email}], "severities": ["sev2"]},
        ]
    )
    declare(policy)
    work_off()
    assert paged() == ["Ben"]


@pytest.mark.django_db
def test_when_no_step_is_for_it_the_fallback_is_paged(person: Make, pigeon: FakeChannel) -> None:
    ana = person("Ana")
    person("Olga", "admin")
    policy = make_policy([{"targets": [{"user": ana.email}], "severities": ["sev1"]}])
    declare(policy)
    work_off()
    assert paged() == ["Olga"]
    assert "no step of ML is for sev2" in Page.objects.get().because


@pytest.mark.django_db
def test_turns_go_round_and_skip_whoever_cannot_be_reached(
    person: Make, pigeon: FakeChannel
) -> None:
    people = [person("Ana"), person("Ben"), person("Cy")]
    targets = [{"user": one.email} for one in people]
    policy = make_policy([{"targets": targets, "round_robin": True}])
    for _ in range(4):
        declare(policy)
        work_off()
    assert paged() == ["Ana", "Ben", "Cy", "Ana"]
    make_policy([{"targets": targets, "round_robin": True}])  # saving keeps whose turn it is
    User.objects.filter(name="Ben").update(is_active=False)
    declare(policy)
    work_off()
    assert paged()[-1] == "Cy"
    assert RoundRobin.objects.get().served[-1] == f"user:{people[2].pk}"


@pytest.mark.django_db
def test_an_acknowledgement_that_nobody_confirms_is_taken_back_and_pages_again(
    person: Make, pigeon: FakeChannel
) -> None:
    ana = person("Ana")
    policy = make_policy([{"targets": [{"user": ana.email}]}], ack_timeout_seconds=1800)
    incident = declare(policy)
    work_off()
    me = Actor(label="Ana", via=Via.WEB, user_id=ana.pk)
    incidents.transition_incident(incident_id=incident.pk, to="acknowledged", actor=me)
    later(1700)
    incidents.confirm_still_on_it(incident_id=incident.pk, actor=me)
    later(1700)
    work_off()
    incident.refresh_from_db()
    assert (incident.status, paged()) == ("acknowledged", ["Ana"])
    later(200)
    work_off()
    incident.refresh_from_db()
    assert (incident.status, paged()) == ("open", ["Ana", "Ana"])
    assert incident.events.filter(text__contains="Nobody said within 30 min").count() == 1
    incidents.transition_incident(incident_id=incident.pk, to="acknowledged", actor=me)
    incidents.transition_incident(incident_id=incident.pk, to="mitigated", actor=me)
    assert not EscalationTimer.objects.filter(state="pending").exists()


@pytest.mark.django_db
def test_the_preview_names_people_and_takes_nobodys_turn(person: Make) -> None:
    people = [person("Ana"), person("Ben")]
    targets = [{"user": one.email} for one in people]
    policy = make_policy(
        [
            {"targets": targets, "round_robin": True},
            {"after_seconds": 300, "targets": targets[:1], "severities": ["sev1"]},
            {"after_seconds": 600, "targets": targets},
        ]
    )
    for _ in range(2):
        shown = policy_preview(policy_snapshot(policy), severity="sev2", at=WEDNESDAY)
    assert [[who for who, _ in step.people] for step in shown.steps] == [
        ["Ana"], [], ["Ana", "Ben"],
    ]  # fmt: skip
    assert [step.why_not for step in shown.steps] == ["", "only for sev1", ""]
    assert shown.steps[2].due_at == WEDNESDAY + timedelta(minutes=10)
    html = sign_in(people[0]).get("/on-call/policies/ml/?severity=sev1").content.decode()
    assert html.count("Pages Ana") == 3
    assert sign_in(people[0]).get("/on-call/policies/ml/?severity=x&at=y").status_code == 200


@pytest.mark.django_db
def test_a_shift_of_somebody_who_cannot_be_paged_is_warned_of_once(
    person: Make, pigeon: FakeChannel
) -> None:
    ana, admin = person("Ana"), person("Olga", "admin")
    services.save_schedule(
        slug="primary",
        name="Primary",
        time_zone="UTC",
        rotations=[
            {
                "name": "Daily",
                "users": [ana.email],
                "starts": WEDNESDAY,
                "handoff": "09:00",
                "shift_length": "1d",
            }
        ],
        actor=ACTOR,
    )
    make_policy([{"targets": [{"schedule": "primary"}]}])
    assert warn_before_shifts() == 0
    User.objects.filter(pk=ana.pk).update(is_active=False)
    # Turns of one person that follow each other are one stretch; it must begin in time to warn.
    services.add_override(
        schedule_slug="primary",
        user=ana,
        starts=datetime.now(UTC) + timedelta(hours=5),
        ends=datetime.now(UTC) + timedelta(hours=6),
        actor=ACTOR,
    )
    assert warn_before_shifts() == warn_before_shifts() > 0
    told = InboxItem.objects.filter(user=admin)
    assert 0 < told.count() <= 2
    assert "is deactivated" in told.first().delivery.message["title"]
