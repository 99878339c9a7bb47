"""Escalations at work: steps, people, acknowledgement, and never silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team, TeamMembership, User
from core import clock, outbox
from core.actor import Actor, Via, program
from core.leases import claim_due
from core.models import OutboxTask
from notifications.channels import DeliveryError, channels
from notifications.models import ChannelChoice, Delivery
from oncall import escalations, services, stepping
from oncall.events import EscalationExhausted, NobodyToPage, PageCreated
from oncall.models import (
    Escalation,
    EscalationPolicy,
    EscalationTimer,
    Page,
    PolicyTarget,
    Schedule,
)
from oncall.stepping import run_due_steps
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later, work_off

pytestmark = pytest.mark.django_db(transaction=True)
SUBJECT = "incident:1"
CARD: dict[str, Any] = {
    "ref": "INC-1", "title": "Answers are wrong", "severity": "sev1", "systems": ["Support"],
    "url": "http://aire.example/incidents/INC-1/", "summary": "Wrong at scale", "drill": False,
    "opened_at": "2026-01-05T10:00:00+00:00",
    "actions": [{"name": "incident.acknowledge", "label": "Acknowledge", "ref": "INC-1"}],
}  # fmt: skip
ANA = Actor(label="Ana", via=Via.WEB, user_id=None)


class Heard(list[Any]):
    """The events of this room, in order."""

    def reasons(self) -> list[str]:
        return [event.reason for event in self if isinstance(event, NobodyToPage)]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    events = Heard()
    by_name: dict[str, outbox.Subscriber] = dict(outbox._by_name)
    by_event = {name: list(items) for name, items in outbox._by_event.items()}
    monkeypatch.setattr(outbox, "_by_name", by_name)
    monkeypatch.setattr(outbox, "_by_event", by_event)
    for event in (PageCreated, NobodyToPage, EscalationExhausted):
        outbox.subscribe(event, events.append, name=f"test.{event.name}")
    return events


def policy(
    *steps: tuple[int, list[dict[str, str]]], slug: str = "default", **more: Any
) -> EscalationPolicy:
    return services.save_policy(
        slug=slug,
        name=slug.title(),
        steps=[{"after_seconds": after, "targets": targets} for after, targets in steps],
        actor=program(),
        **more,
    )


def to(user: User) -> list[dict[str, str]]:
    return [{"user": user.email}]


def start(chosen: EscalationPolicy | None, **card: Any) -> Escalation:
    return escalations.start_escalation(
        subject_key=SUBJECT, card={**CARD, **card}, policy=chosen, actor=program()
    )


def paged(pigeon: FakeChannel) -> list[str]:
    return [taken.address.split("@")[0] for taken in pigeon.taken]


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel) -> User:
    return person("Ana")


@pytest.fixture
def ben(person: Callable[..., User], pigeon: FakeChannel) -> User:
    return person("Ben")


def test_the_first_step_pages_at_once_and_the_next_one_after_its_wait(
    ana: User, ben: User, pigeon: FakeChannel
) -> None:
    start(policy((0, to(ana)), (300, to(ben))))
    work_off()
    assert paged(pigeon) == ["ana"]
    later(298)
    work_off()
    assert paged(pigeon) == ["ana"]
    later(3)
    work_off()
    assert paged(pigeon) == ["ana", "ben"]


def test_a_page_says_what_where_and_why(ana: User, pigeon: FakeChannel) -> None:
    start(policy((0, to(ana))))
    work_off()
    (taken,) = pigeon.taken
    assert taken.message.headline == "SEV1 · INC-1"
    assert taken.message.title == "Answers are wrong"
    assert taken.message.why == "Named in step 1 of 1 of Default"
    assert ("System", "Support") in taken.message.facts
    assert taken.message.actions[0].ref == "INC-1"


def test_starting_twice_runs_one_escalation(ana: User, pigeon: FakeChannel) -> None:
    chosen = policy((0, to(ana)))
    assert start(chosen).pk == start(chosen).pk
    work_off()
    assert paged(pigeon) == ["ana"]


def test_a_running_escalation_keeps_the_policy_it_began_with(
    ana: User, ben: User, pigeon: FakeChannel
) -> None:
    start(policy((60, to(ana))))
    policy((0, to(ben)))
    later(61)
    work_off()
    assert paged(pigeon) == ["ana"]


def test_acknowledging_ends_steps_pages_and_deliveries(
    ana: User, ben: User, pigeon: FakeChannel
) -> None:
    escalation = start(policy((0, to(ana)), (300, to(ben))))
    work_off(deliver=False)
    assert escalations.stop_escalation(subject_key=SUBJECT, by=ANA)
    later(4_000)
    work_off()
    assert paged(pigeon) == []
    escalation.refresh_from_db()
    assert (escalation.state, escalation.ended_by) == ("acknowledged", "Ana")
    assert Page.objects.get().acknowledged_at is not None
    assert not Delivery.objects.filter(state="pending").exists()
    assert not escalations.stop_escalation(subject_key=SUBJECT, by=ANA)


def test_a_step_claimed_before_the_acknowledgement_pages_nobody_after_it(
    ana: User, pigeon: FakeChannel
) -> None:
    start(policy((0, to(ana))))
    claim = claim_due(EscalationTimer, pending="pending", limit=1, lease_seconds=30)
    escalations.stop_escalation(subject_key=SUBJECT, by=ANA)
    stepping._run(claim.rows[0], claim.token)
    assert not Page.objects.exists()
    assert EscalationTimer.objects.get().state == "cancelled"


def test_a_step_of_a_dead_engine_is_taken_once_by_the_next(
    ana: User, pigeon: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(policy((0, to(ana))))

    def die(label: str) -> None:
        if label == "step:before_commit":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("oncall.stepping.crash_point", die)
        with pytest.raises(KeyboardInterrupt):
            run_due_steps()
    assert not Page.objects.exists()
    work_off()
    assert paged(pigeon) == []  # still leased by the dead one
    later(31)
    work_off()
    assert paged(pigeon) == ["ana"]


def test_the_same_person_is_paged_once_by_a_step(ana: User, ben: User, pigeon: FakeChannel) -> None:
    team = Team.objects.create(slug="platform", name="Platform")
    for user in (ana, ben):
        TeamMembership.objects.create(team=team, user=user)
    start(policy((0, [*to(ana), {"team": "platform"}])))
    work_off()
    assert sorted(paged(pigeon)) == ["ana", "ben"]
    assert Page.objects.get(user=ben).because == "Member of the team Platform"


def test_whoever_is_on_call_is_paged_and_told_until_when(ana: User, pigeon: FakeChannel) -> None:
    services.save_schedule(
        slug="primary", name="Primary", time_zone="UTC", actor=program(),
        rotations=[{"name": "weekly", "users": [ana.email], "handoff": "09:00",
                    "starts": clock.now() - timedelta(days=30)}],
    )  # fmt: skip
    start(policy((0, [{"schedule": "primary"}])))
    work_off()
    assert paged(pigeon) == ["ana"]
    assert Page.objects.get().because.startswith("On call: Primary, weekly until ")


def test_nobody_on_call_goes_to_the_next_step_at_once(
    ana: User, pigeon: FakeChannel, heard: Heard
) -> None:
    services.save_schedule(
        slug="empty", name="Empty", time_zone="UTC", rotations=[], actor=program()
    )
    start(policy((0, [{"schedule": "empty"}]), (900, to(ana))))
    work_off()
    assert paged(pigeon) == ["ana"]
    assert heard.reasons() == [
        "Step 1 of 2 reached nobody: nobody is on call in Empty; the next step is taken at once."
    ]


def test_a_policy_that_reaches_nobody_pages_the_fallback_at_once(
    ana: User, person: Callable[..., User], pigeon: FakeChannel
) -> None:
    gone = person("Gone", is_active=False)
    policy((600, to(ana)), slug="net", is_fallback=True)
    start(policy((0, to(gone)), (900, to(gone)), repeat=3))
    work_off()
    assert paged(pigeon) == ["ana"]
    page = Page.objects.get()
    assert page.is_fallback
    assert page.because == "You are the fallback: Gone is no longer active"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("gap", "nobody is on call in Empty"),
        ("gone", "Ben is no longer active"),
        ("muted", "Ben has no channel that reaches them"),
        ("removed", "nobody is named"),
        ("zone", "Empty cannot be read"),
    ],
)
def test_the_only_step_reaches_nobody_so_the_fallback_is_paged_and_told_why(
    ana: User, ben: User, pigeon: FakeChannel, heard: Heard, why: str, said: str
) -> None:
    policy((600, to(ana)), slug="net", is_fallback=True)
    services.save_schedule(
        slug="empty", name="Empty", time_zone="UTC", rotations=[], actor=program()
    )
    only = policy((0, [{"schedule": "empty"}] if why in ("gap", "zone") else to(ben)))
    if why == "gone":
        User.objects.filter(pk=ben.pk).update(is_active=False)
    elif why == "muted":
        ChannelChoice.objects.create(user=ben, channel="pigeon", enabled=False)
    elif why == "zone":
        Schedule.objects.update(time_zone="Atlantis/Deep")
    elif why == "removed":
        PolicyTarget.objects.filter(step__policy=only).delete()
    start(only)
    work_off()
    assert paged(pigeon) == ["ana"]
    assert Page.objects.get(user=ana).is_fallback
    assert said in Page.objects.get(user=ana).because


def test_without_a_policy_every_admin_and_the_fallback_address_are_paged(
    person: Callable[..., User], pigeon: FakeChannel, settings: Any
) -> None:
    settings.AIRE_FALLBACK_EMAIL = "duty@example.org"
    person("Zoe", role="admin")
    person("Viv", role="viewer")
    start(None)
    with_mail = FakeChannel(name="email")
    channels._items["email"] = with_mail
    work_off()
    assert paged(pigeon) == ["zoe"]
    assert paged(with_mail) == ["zoe", "duty"]


def test_somebody_without_a_channel_that_reaches_counts_as_unreachable(
    ana: User, ben: User, pigeon: FakeChannel, heard: Heard
) -> None:
    ChannelChoice.objects.create(user=ana, channel="pigeon", enabled=False)
    start(policy((0, to(ana)), (900, to(ben))))
    work_off()
    assert paged(pigeon) == ["ben"]
    assert "Ana has no channel that reaches them" in heard.reasons()[0]


def test_where_nothing_else_is_set_up_the_inbox_counts(
    ana: User, ben: User, pigeon: FakeChannel, heard: Heard
) -> None:
    pigeon.on = False
    start(policy((0, to(ana)), (900, to(ben))))
    work_off()
    assert heard.reasons() == []
    assert ana.inbox.count() == 1


def test_a_page_that_fails_for_good_hastens_the_next_step(
    ana: User, ben: User, pigeon: FakeChannel, heard: Heard
) -> None:
    pigeon.outcomes.append(DeliveryError("No such dovecote.", permanent=True))
    start(policy((0, to(ana)), (900, to(ben))))
    work_off()
    assert paged(pigeon) == ["ben"]
    assert heard.reasons() == ["Ana could not be reached: No such dovecote."]


def test_one_failed_page_of_a_step_that_reached_another_hastens_nothing(
    ana: User, ben: User, pigeon: FakeChannel, person: Callable[..., User]
) -> None:
    cat = person("Cat")
    pigeon.outcomes.append(DeliveryError("No such dovecote.", permanent=True))
    start(policy((0, [*to(ana), *to(ben)]), (900, to(cat))))
    work_off()
    assert paged(pigeon) == ["ben"]


def test_when_every_page_of_the_only_step_fails_the_fallback_is_paged(
    ana: User, person: Callable[..., User], pigeon: FakeChannel
) -> None:
    person("Zoe", role="admin")
    pigeon.outcomes.append(DeliveryError("No such dovecote.", permanent=True))
    start(policy((0, to(ana)), repeat=5))
    work_off()
    assert paged(pigeon) == ["zoe"]


def test_after_the_last_round_the_escalation_is_exhausted_and_the_fallback_paged_once(
    ana: User, person: Callable[..., User], pigeon: FakeChannel, heard: Heard
) -> None:
    person("Zoe", role="admin")
    escalation = start(policy((0, to(ana)), repeat=1))
    for _ in range(6):
        work_off()
        later(301)
    assert paged(pigeon) == ["ana", "ana", "zoe"]
    escalation.refresh_from_db()
    assert escalation.state == "exhausted"
    assert [e.policy for e in heard if isinstance(e, EscalationExhausted)] == ["Default"]


def test_a_fallback_that_fails_for_good_leaves_it_to_every_admin(
    ana: User, person: Callable[..., User], pigeon: FakeChannel, heard: Heard
) -> None:
    gone, net = person("Gone", is_active=False), person("Net")
    person("Zoe", role="admin")
    policy((0, to(net)), slug="net", is_fallback=True)
    pigeon.outcomes.append(DeliveryError("No such dovecote.", permanent=True))
    start(policy((0, to(gone))))
    work_off()
    assert paged(pigeon) == ["zoe"]


def test_that_nobody_at_all_can_be_reached_is_told(
    ana: User, person: Callable[..., User], pigeon: FakeChannel, heard: Heard
) -> None:
    pigeon.outcomes.append(DeliveryError("No such dovecote.", permanent=True))
    start(policy((0, to(ana))))
    work_off()
    assert heard.reasons()[-1] == "Nobody could be reached, not even the fallback."


def test_an_exhausted_escalation_can_still_be_acknowledged(ana: User, pigeon: FakeChannel) -> None:
    start(policy((0, to(ana))))
    for _ in range(3):
        work_off()
        later(301)
    assert escalations.stop_escalation(subject_key=SUBJECT, by=ANA)
    assert not Page.objects.filter(acknowledged_at=None).exists()


def test_a_step_that_cannot_be_run_ends_at_the_fallback(
    ana: User, person: Callable[..., User], pigeon: FakeChannel
) -> None:
    person("Zoe", role="admin")
    escalation = start(policy((0, to(ana))))
    Escalation.objects.filter(pk=escalation.pk).update(policy={"steps": "no list"})
    for _ in range(4):
        work_off()
        later(10)
    assert paged(pigeon) == ["zoe"]


def test_a_private_subject_is_not_told_to_a_channel(
    ana: User, pigeon: FakeChannel, heard: Heard
) -> None:
    start(policy((0, [{"slack_channel": "#all"}]), (900, to(ana))), private=True)
    work_off()
    assert not Delivery.objects.filter(address="#all").exists()
    assert "#all is not told of what is private" in heard.reasons()[0]
    assert paged(pigeon) == ["ana"]


def test_somebody_can_be_paged_in_addition_and_again(
    ana: User, ben: User, pigeon: FakeChannel
) -> None:
    start(policy((0, to(ana))))
    for _ in range(2):
        escalations.page_person(
            subject_key=SUBJECT, card=CARD, user=ben, because="Ana asked for you", actor=ANA
        )
    work_off()
    assert sorted(paged(pigeon)) == ["ana", "ben", "ben"]


def test_somebody_can_be_paged_when_nothing_escalates(ben: User, pigeon: FakeChannel) -> None:
    escalations.page_person(subject_key=SUBJECT, card=CARD, user=ben, because="Help", actor=ANA)
    work_off()
    assert paged(pigeon) == ["ben"]
    assert Escalation.objects.get().state == "ended"


def test_the_fallback_is_told_the_reason(person: Callable[..., User], pigeon: FakeChannel) -> None:
    person("Zoe", role="admin")
    escalations.page_fallback(
        subject_key="receipt:9", card={"title": "Unreadable"}, reason="it cannot be read"
    )
    work_off()
    assert pigeon.taken[0].message.why == "You are the fallback: it cannot be read"


def test_every_page_is_told_to_the_rooms_above(
    ana: User, pigeon: FakeChannel, heard: Heard
) -> None:
    start(policy((0, to(ana))))
    work_off()
    (event,) = heard
    assert (event.who, event.user_id, event.step_label) == ("Ana", ana.pk, "step 1 of 1")
    assert not OutboxTask.objects.exclude(state="done").exists()
