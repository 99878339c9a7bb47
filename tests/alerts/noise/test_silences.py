"""Silences on a real database: while alerts come in, when they begin, when they end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from alerts import services
from alerts.events import AlertsFiring
from alerts.models import Alert, AlertStep, Flap, Hold, NoiseSettings, Silence
from alerts.noise import keeping, rechecking
from alerts.noise.preview import preview_silence
from catalog.models import System
from core import clock
from core.errors import Conflict, Invalid
from incidents import handlers
from incidents.models import Incident
from incidents.services import transition_incident
from notifications.models import InboxItem
from oncall.models import Escalation, EscalationTimer
from tests.alerts.scene import deliver, make_alert, make_source, work_off
from tests.cast import TESTER, actor_of

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def silence(match: list[str] | None = None, **more: Any) -> Silence:
    wanted = {"ends_at": clock.now() + HOUR, "reason": "Moving the index", "actor": TESTER}
    return services.create_silence(
        **{"match": ['team="search"'] if match is None else match, **wanted, **more}
    )


def settle() -> None:
    """Everything that is due, as the engine would do it by and by."""
    while keeping.keep_silences() + rechecking.recheck_due():
        work_off()
    work_off()


def end(one: Silence) -> None:
    services.expire_silence(silence_id=one.pk, actor=TESTER)
    settle()


def kinds(alert: Alert) -> list[str]:
    return list(
        AlertStep.objects.filter(alert=alert).order_by("at", "id").values_list("kind", flat=True)
    )


def test_a_silenced_alert_is_kept_and_pages_when_the_silence_ends() -> None:
    one = silence()
    alert = make_alert(make_source(), labels={"team": "search"})
    assert alert.status == "silenced"
    assert "silenced" in kinds(alert)
    assert not Incident.objects.exists()
    end(one)
    alert.refresh_from_db()
    assert alert.status == "firing"
    assert Incident.objects.count() == 1
    assert kinds(alert)[-2:] == ["released", "incident"]
    one.refresh_from_db()
    assert one.held == 1


def test_an_alert_that_is_over_before_the_silence_never_pages() -> None:
    one = silence()
    source = make_source()
    alert = make_alert(source, labels={"team": "search"})
    deliver(source, {"title": "Recall is low", "key": "Recall is low", "status": "resolved"})
    end(one)
    alert.refresh_from_db()
    assert alert.status == "resolved"
    assert not Incident.objects.exists()
    assert not Hold.objects.exists()


def test_repeats_are_counted_while_silenced() -> None:
    silence()
    source = make_source()
    make_alert(source, labels={"team": "search"})
    alert = make_alert(source, labels={"team": "search"})
    assert (alert.status, alert.count, Alert.objects.count()) == ("silenced", 2, 1)


def test_a_silence_holds_what_fires_when_it_begins() -> None:
    alert = make_alert(make_source(), labels={"team": "search"})
    other = make_alert(make_source("other"), title="Other", labels={"team": "chat"})
    silence()
    settle()
    alert.refresh_from_db()
    other.refresh_from_db()
    assert (alert.status, other.status) == ("silenced", "firing")


def test_of_two_silences_the_last_one_lets_go() -> None:
    first, second = silence(), silence(['title!="x"', 'team=~"sea.*"'])
    alert = make_alert(make_source(), labels={"team": "search"})
    end(first)
    alert.refresh_from_db()
    assert alert.status == "silenced"
    end(second)
    alert.refresh_from_db()
    assert alert.status == "firing"


def test_it_can_end_when_what_it_holds_is_over() -> None:
    one = silence(ends_when_resolved=True)
    source = make_source()
    make_alert(source, labels={"team": "search"})
    deliver(source, {"title": "Recall is low", "key": "Recall is low", "status": "resolved"})
    settle()
    one.refresh_from_db()
    assert one.expired_at is not None
    assert AuditEntry.objects.filter(action="silence.expire").exists()


def test_planned_maintenance_holds_the_whole_system(system: System) -> None:
    silence([], system_slug=system.slug, reason="New index")
    source = make_source(system_slug=system.slug)
    assert make_alert(source).status == "silenced"
    assert Hold.objects.get().kind == "maintenance"


def test_its_author_is_told_before_it_ends(teammate: User) -> None:
    one = silence(actor=actor_of(teammate), ends_at=clock.now() + timedelta(minutes=40))
    settle()
    assert not InboxItem.objects.filter(user=teammate).exists()
    Silence.objects.filter(pk=one.pk).update(
        starts_at=clock.now() - timedelta(minutes=38),
        ends_at=clock.now() + timedelta(minutes=2),
        last_ends_at=clock.now() + timedelta(minutes=2),
        due_at=clock.now(),
    )
    settle()
    settle()
    assert InboxItem.objects.filter(user=teammate).count() == 1


def past(**ago: float) -> datetime:
    return clock.now() - timedelta(**ago)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"match": []}, "match"),
        ({"match": ['team=~".*"']}, "match"),
        ({"match": ['team!="x"']}, "match"),
        ({"match": ['team=~"(?=x)"']}, "match"),
        ({"match": ['team=~"((a{100}){100}){100}"']}, "match"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"ends_at": past(minutes=1)}, "ends_at"),
        ({"starts_at": clock.now() + 3 * HOUR, "ends_at": clock.now() + HOUR}, "ends_at"),
        ({"ends_at": clock.now() + timedelta(days=9999)}, "ends_at"),
        ({"ends_at": clock.now() + timedelta(days=400)}, "ends_at"),
        ({"ends_at": datetime(2099, 1, 1)}, "ends_at"),  # noqa: DTZ001 - that is the point
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"recurrence": "FREQ=SECONDLY;COUNT=9"}, "recurrence"),
        ({"recurrence": "FREQ=DAILY"}, "recurrence"),
        ({"system_slug": "nowhere"}, "system"),
        ({"slug": "Not a label"}, "slug"),
    ],
)
def test_what_cannot_be_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        silence(**changes)
    assert field in caught.value.errors
    assert not Silence.objects.exists()


def test_a_silence_that_is_over_is_not_brought_back() -> None:
    one = silence()
    end(one)
    with pytest.raises(Conflict):
        services.edit_silence(
            silence_id=one.pk, actor=TESTER, system_slug=None, ends_at=clock.now() + 2 * HOUR
        )
    end(one)  # once more changes nothing


def test_a_preview_says_what_is_hit_and_warns_when_it_is_broad(owner: User) -> None:
    source = make_source()
    for number in range(12):
        make_alert(source, title=f"A{number}", labels={"team": "search"})
    make_alert(source, title="B", labels={"team": "chat"})
    found = preview_silence(owner, match=['team="search"'])
    assert (found.now_count, found.week_count, found.week_total) == (12, 12, 13)
    assert any("broad" in warning for warning in found.warnings)
    narrow = preview_silence(owner, match=['team="chat"'])
    assert (narrow.now_count, narrow.warnings) == (1, ())
    assert "spelt" in preview_silence(owner, match=['team="nobody"']).warnings[0]
    with pytest.raises(Invalid):
        preview_silence(owner, match=[])


def test_a_condition_that_flaps_pages_once_more_and_is_held_until_it_is_calm() -> None:
    NoiseSettings.objects.create(pk=1, flapping_changes=3)
    source = make_source()
    condition = {"title": "Recall is low", "key": "Recall is low", "severity": "warning"}
    for _ in range(5):
        deliver(source, condition)
        deliver(source, {**condition, "status": "resolved"})
    deliver(source, condition)
    newest = Alert.objects.order_by("-first_seen_at").first()
    assert newest is not None
    assert newest.status == "silenced"
    assert AlertStep.objects.filter(kind="flapping", detail__began=True).count() == 1
    Flap.objects.update(openings=[past(hours=2)])
    Hold.objects.update(due_at=past(seconds=1))
    settle()
    newest.refresh_from_db()
    assert newest.status == "firing"
    assert Incident.objects.filter(status="open").count() == 1


def test_an_inhibited_alert_pages_when_what_held_it_is_over() -> None:
    services.save_inhibition(
        slug="down", name="Down", source_match=['kind="down"'], target_match=['kind="slow"'],
        equal=["zone"], actor=TESTER,
    )  # fmt: skip
    source = make_source()
    make_alert(source, title="Down", labels={"kind": "down", "zone": "a"})
    slow = make_alert(source, title="Slow", labels={"kind": "slow", "zone": "a"})
    free = make_alert(source, title="Slow too", labels={"kind": "slow", "zone": "b"})
    assert (slow.status, free.status) == ("silenced", "firing")
    assert "inhibition" in kinds(slow)
    deliver(source, {"title": "Down", "key": "Down", "status": "resolved"})
    settle()
    slow.refresh_from_db()
    assert slow.status == "firing"


def paging(incident: Incident) -> list[str]:
    """The states of its escalations, in the order in which they began."""
    return list(
        Escalation.objects.filter(subject_key=incident.subject_key)
        .order_by("id")
        .values_list("state", flat=True)
    )


def told(incident: Incident) -> str:
    return " ".join(incident.events.filter(kind="page").values_list("text", flat=True))


def test_paging_of_an_open_incident_stops_when_all_its_alerts_are_silenced_and_goes_on_after() -> (
    None
):
    source = make_source()
    for title in ("Recall is low", "Index is stale"):
        make_alert(source, title, labels={"team": "search", "alertname": "Same", "n": title[0]})
    incident = Incident.objects.get()
    assert paging(incident) == ["running"]
    half = silence(['n="R"'])
    settle()
    assert paging(incident) == ["running"]
    rest = silence(['n="I"'])
    settle()
    assert paging(incident) == ["ended"]
    assert not EscalationTimer.objects.filter(state="pending").exists()
    assert "Paging stopped" in told(incident)
    incident.refresh_from_db()
    assert incident.status == "open"
    end(half)
    assert paging(incident) == ["ended", "running"]
    assert "Paging goes on" in told(incident)
    end(rest)
    assert paging(incident) == ["ended", "running"]


def test_what_people_declared_or_acknowledged_is_not_hushed() -> None:
    make_alert(make_source(), labels={"team": "search"})
    incident = Incident.objects.get()
    transition_incident(incident_id=incident.pk, to="acknowledged", actor=TESTER)
    one = silence()
    settle()
    assert paging(incident) == ["acknowledged"]
    end(one)
    assert paging(incident) == ["acknowledged"]
    assert "Paging" not in told(incident)


def test_when_the_last_that_fires_is_over_and_the_rest_is_silenced_paging_stops() -> None:
    source = make_source()
    labels = {"team": "search", "alertname": "Same"}
    for title in ("Recall is low", "Index is stale"):
        make_alert(source, title, labels={**labels, "n": title[0]})
    incident = Incident.objects.get()
    silence(['n="R"'])
    settle()
    deliver(source, {"title": "Index is stale", "key": "Index is stale", "status": "resolved"})
    settle()
    assert paging(incident) == ["ended"]


def test_what_fires_again_after_its_incident_ended_belongs_to_a_new_one() -> None:
    alert = make_alert(make_source(), labels={"team": "search"})
    first = Incident.objects.get()
    one = silence()
    settle()
    transition_incident(incident_id=first.pk, to="resolved", actor=TESTER, note="Looks well.")
    end(one)
    second = Incident.objects.exclude(pk=first.pk).get()
    assert alert.incident_link.incident_id == second.pk
    assert paging(second) == ["running"]


def test_what_fires_again_while_its_incident_ends_belongs_to_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alert = make_alert(make_source(), labels={"team": "search"})
    first = Incident.objects.get()
    one = silence()
    settle()
    look = handlers._members

    def looked_too_early(events: Sequence[AlertsFiring]) -> dict[str, list[Any]]:
        found = look(events)
        transition_incident(incident_id=first.pk, to="resolved", actor=TESTER, note="Looks well.")
        return found

    monkeypatch.setattr(handlers, "_members", looked_too_early)
    end(one)
    second = Incident.objects.exclude(pk=first.pk).get()
    alert.refresh_from_db()
    assert alert.incident_link.incident_id == second.pk
    assert paging(second) == ["running"]
