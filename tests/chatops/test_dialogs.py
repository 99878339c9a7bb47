"""Forms in chat: what they are opened with, what they refuse at which field, what they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Role, User
from alerts.models import Alert, Silence
from catalog.models import System
from chatops.registry import DIALOGS
from chatops.surface import Buttons, Form, FormErrors, Reply
from core import clock
from incidents.drills.models import Drill
from incidents.models import Incident, IncidentAlert
from incidents.services import set_private
from oncall.models import Override, Page
from oncall.schedule_services import save_schedule
from taxonomy.models import Cause
from tests.cast import TESTER, actor_of, make_user
from tests.chatops.cast import asked, channel_of, errors, press, send, told, words
from tests.incidents.cast import make_incident, move

OPENS = {
    "declare": "declare", "update": "update", "sev": "sev", "roles": "lead", "page": "page",
    "note": "note", "task": "task", "cause": "cause", "override": "override", "drill": "drill",
    "reopen": "reopen", "cancel": "cancel", "silence": "silence",
}  # fmt: skip


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident()


def test_declaring_opens_an_incident_and_says_who_is_paged(system: System, teammate: User) -> None:
    form = asked(teammate, "declare sev2 answers are in the wrong language")
    chosen = {field.name: field.initial for field in form.fields}
    assert chosen["title"] == "answers are in the wrong language"
    assert chosen["severity"] == "sev2"
    reply = send(teammate, form, systems=[system.slug], summary="since noon", private=True)
    assert isinstance(reply, Reply)
    incident = Incident.objects.get()
    assert reply.incident_ref == incident.ref
    assert (incident.severity, incident.private) == ("sev2", True)
    assert list(incident.systems.all()) == [system]
    assert incident.events.get(kind="opened").via == "slack"
    assert "Paged first" in words(reply.blocks)


def test_declaring_without_words_says_so_at_each_field(db: None, teammate: User) -> None:
    found = errors(send(teammate, asked(teammate, "declare"), severity="sev9"))
    assert found == {
        "title": "Write something.",
        "severity": "Choose one of those that are offered.",
    }
    found = errors(send(teammate, asked(teammate, "declare x"), systems=["nope"]))
    assert "not there any more" in found["systems"]
    assert not Incident.objects.exists()


def test_an_update_promises_the_next(incident: Incident, teammate: User) -> None:
    form = asked(teammate, f"update {incident.ref}")
    send(teammate, form, text="We roll back", next="15")
    update = incident.updates.get()
    assert update.next_due_at is not None
    assert update.next_due_at - update.said_at == timedelta(minutes=15)
    again = asked(teammate, "update", channel_of(incident))
    assert "We roll back" in words(again.blocks)
    assert errors(send(teammate, again, text="x" * 5_000)).keys() == {"text"}


def test_severity_shows_what_stands(incident: Incident, teammate: User) -> None:
    form = asked(teammate, f"sev {incident.ref}")
    assert form.fields[0].initial == "sev2"
    send(teammate, form, severity="sev3", reason="a way around")
    incident.refresh_from_db()
    assert incident.severity == "sev3"
    assert incident.events.filter(text__contains="a way around").exists()


def test_roles_are_given_and_taken_in_one_form(
    incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    told(teammate, f"lead {incident.ref} me")
    form = asked(teammate, f"lead {incident.ref}")
    assert form.fields[0].initial == str(teammate.pk)
    reply = send(teammate, form, lead="", scribe=str(owner.pk))
    assert isinstance(reply, Reply)
    assert {row.role: row.user for row in incident.roles.all()} == {"scribe": owner}
    refused = errors(send(teammate, form, scribe=str(stranger.pk), communications="x; drop"))
    assert refused.keys() == {"scribe", "communications"}
    assert incident.roles.get().user == owner


def test_paging_states_the_consequence_before_it_pages(
    incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    form = asked(teammate, f"page {incident.ref}")
    assert errors(send(teammate, form, person=str(stranger.pk))).keys() == {"person"}
    sure = send(teammate, form, person=str(owner.pk), reason="the index")
    assert isinstance(sure, Form)
    assert f"Pages {owner} about {incident.ref} now" in words(sure.blocks)
    assert not Page.objects.exists()
    send(teammate, sure)
    page = Page.objects.get()
    assert page.user == owner
    assert page.because.endswith("the index")


def test_a_confirmation_that_was_tampered_with_pages_nobody(
    incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    form = asked(teammate, f"page {incident.ref}")
    sure = send(teammate, form, person=str(owner.pk))
    assert isinstance(sure, Form)
    hidden = make_incident("Hidden", by=owner)
    set_private(incident_id=hidden.pk, private=True, actor=actor_of(owner))
    for state in (
        {**sure.state, "person": str(stranger.pk)},
        {**sure.state, "incident": hidden.ref},
        {"person": "1 OR 1=1"},
    ):
        assert errors(send(teammate, Form(sure.name, "", "", state=state)))
    assert not Page.objects.exists()


def test_a_task_with_its_owner(incident: Incident, teammate: User, owner: User) -> None:
    send(teammate, asked(teammate, f"task {incident.ref}"), title="Call", owner=str(owner.pk))
    task = incident.tasks.get()
    assert (task.title, task.owner) == ("Call", owner)


def test_a_cause_with_how_sure_one_is(incident: Incident, teammate: User) -> None:
    node = Cause.objects.filter(retired=False).first()
    assert node is not None
    form = asked(teammate, f"cause {incident.ref} {node.slug}")
    assert form.fields[0].initial == node.slug
    send(teammate, form, confidence="likely", evidence="the chart")
    attached = incident.causes.get()
    assert (attached.cause, attached.confidence, attached.evidence) == (node, "likely", "the chart")
    assert errors(send(teammate, form, cause="no.such")).keys() == {"cause"}


def test_a_note_about_an_earlier_time(incident: Incident, teammate: User) -> None:
    form = asked(teammate, f"note {incident.ref}")
    send(teammate, form, text="It began", occurred_at="2026-01-02T03:04:05+01:00")
    assert incident.events.get(kind="note").occurred_at.isoformat() == "2026-01-02T02:04:05+00:00"
    for wrong in ("yesterday", "2026-01-02T03:04:05", "2999-01-01T00:00:00Z"):
        assert errors(send(teammate, form, text="x", occurred_at=wrong)).keys() == {"occurred_at"}


def test_taking_over_a_schedule(db: None, teammate: User, owner: User) -> None:
    rotation = {"name": "Only", "users": [owner.email], "starts": "2026-01-01T00:00:00Z"}
    save_schedule(slug="ml", name="ML", time_zone="UTC", rotations=[rotation], actor=TESTER)
    form = asked(teammate, "override ml")
    shown = {field.name: field.initial for field in form.fields}
    assert (shown["schedule"], shown["person"]) == ("ml", str(teammate.pk))
    reply = send(teammate, form)
    assert isinstance(reply, Reply)
    assert Override.objects.get().user == teammate
    backwards = (clock.now() - timedelta(days=1)).isoformat()
    assert errors(send(teammate, form, ends=backwards)).keys() == {"ends"}
    assert errors(send(teammate, form, schedule="nope")).keys() == {"schedule"}


def test_a_drill_of_a_system_that_it_can_happen_to(system: System, teammate: User) -> None:
    form = asked(teammate, "drill")
    assert errors(send(teammate, form)).keys() == {"scenario", "system"}
    unfit = send(teammate, form, scenario="feature-drift", system=system.slug)
    assert "cannot happen" in errors(unfit)["system"]
    reply = send(teammate, form, scenario="hallucination-spike", system=system.slug)
    assert isinstance(reply, Reply)
    drill = Drill.objects.get()
    assert drill.system == system
    assert f"runs on {system.name}" in words(asked(teammate, "drill").blocks)
    again = send(teammate, form, scenario="hallucination-spike", system=system.slug)
    assert "is running" in errors(again)[""]
    (buttons,) = [block for block in reply.blocks if isinstance(block, Buttons)]
    press(teammate, buttons.items[0])
    drill.refresh_from_db()
    assert drill.ended_at is not None


def test_moves_that_need_words_ask_for_them(incident: Incident, teammate: User) -> None:
    form = asked(teammate, f"cancel {incident.ref}")
    assert errors(send(teammate, form)).keys() == {"note"}
    send(teammate, form, note="the check was broken")
    incident.refresh_from_db()
    assert incident.status == "cancelled"
    again = errors(send(teammate, form, note="once more"))
    assert "already cancelled" in again[""]


def test_without_an_incident_the_form_asks_for_it(incident: Incident, teammate: User) -> None:
    form = asked(teammate, "update")
    assert form.fields[0].name == "incident"
    assert "incident" in errors(send(teammate, form, text="x"))
    send(teammate, form, text="It works", incident=incident.ref)
    assert incident.updates.get().text == "It works"


@pytest.mark.parametrize(("name", "command"), OPENS.items())
def test_a_form_of_a_private_incident_is_neither_opened_nor_taken(
    incident: Incident, teammate: User, owner: User, stranger: User, name: str, command: str
) -> None:
    dialog = DIALOGS[name]
    form = asked(owner, f"{command} {incident.ref if dialog.about_incident else ''}".strip())
    assert form.name == name
    if dialog.about_incident:
        set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
        assert "may not see it" in told(teammate, f"{command} {incident.ref}").text
        assert isinstance(send(teammate, form, text="x", note="x", title="x"), FormErrors)
    viewer = send(stranger, form, text="x", note="x", title="x", person=str(owner.pk))
    assert isinstance(viewer, FormErrors)
    assert incident.tasks.count() == incident.updates.count() == 0


@pytest.mark.parametrize("value", [None, 7, ["a"], {"x": 1}, "a\x00b", "\ud800", True])
def test_values_of_the_wrong_shape_are_refused_at_their_field(
    incident: Incident, teammate: User, value: object
) -> None:
    form = asked(teammate, f"task {incident.ref}")
    assert errors(send(teammate, form, title=value)).keys() == {"title"}
    assert not incident.tasks.exists()


def test_a_form_that_nobody_knows_is_refused(db: None, teammate: User) -> None:
    assert errors(send(teammate, Form("frobnicate", "", ""))).keys() == {""}


def test_somebody_deactivated_sends_nothing(incident: Incident) -> None:
    user = make_user("Leaving", Role.RESPONDER)
    form = asked(user, f"task {incident.ref}")
    user.is_active = False
    user.save()
    assert "not active" in errors(send(user, form, title="call"))[""]


def test_what_is_over_moves_no_further(incident: Incident, teammate: User) -> None:
    form = asked(teammate, f"page {incident.ref}")
    move(incident, "resolved")
    assert "nobody to page" in errors(send(teammate, form, person=str(teammate.pk)))[""]


def test_silencing_shows_what_it_hits_before_it_does(db: None, teammate: User) -> None:
    form = asked(teammate, 'silence alertname="FeatureDrift"')
    assert form.fields[0].initial == 'alertname="FeatureDrift"'
    assert errors(send(teammate, form)).keys() == {"reason"}
    sure = send(teammate, form, reason="we retrain", length="60")
    assert isinstance(sure, Form)
    assert "It fits 0 open alerts" in words(sure.blocks)
    assert not Silence.objects.exists()
    reply = send(teammate, sure)
    assert isinstance(reply, Reply)
    silence = Silence.objects.get()
    assert silence.match == ['alertname="FeatureDrift"']
    assert silence.ends_at - silence.starts_at == pytest.approx(
        timedelta(hours=1), abs=timedelta(seconds=9)
    )
    assert silence.created_by == teammate


@pytest.mark.parametrize("match", ["", "nonsense", 'a=~"("', 'alertname=~".*"'])
def test_what_silences_everything_or_nothing_is_refused(
    db: None, teammate: User, match: str
) -> None:
    form = asked(teammate, "silence")
    assert errors(send(teammate, form, match=match, reason="x")).keys() == {"match"}
    assert not Silence.objects.exists()


def test_a_silence_in_a_channel_begins_with_what_the_alerts_have_in_common(
    incident: Incident, teammate: User, owner: User, make_alert: Callable[..., Alert]
) -> None:
    for number, region in enumerate(("eu", "us")):
        alert = make_alert(
            f"Drift {number}", labels={"alertname": "Drift", "say": 'a "b"', "region": region}
        )
        IncidentAlert.objects.create(incident=incident, alert=alert)
    for form in (
        asked(teammate, "silence", channel_of(incident)),
        asked(teammate, f"silence {incident.ref}"),
    ):
        assert form.fields[0].initial == 'alertname="Drift"\nsay="a \\"b\\""'
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    assert "may not see it" in told(teammate, f"silence {incident.ref}").text
