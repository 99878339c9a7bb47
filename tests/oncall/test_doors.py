"""Acknowledging by link, reply and key: as the person who was paged, and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from core.actor import program
from incidents import services as incidents
from incidents.models import Incident, IncidentEvent
from integrations.twilio.channel import SMS
from integrations.twilio.signing import signature
from notifications import links
from notifications.channels import channels
from notifications.contact_services import add_contact_method
from notifications.models import Delivery, DeliveryReport
from oncall.models import Escalation
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import work_off

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "token-of-the-account"
ME = program("A test")


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel, settings: Any) -> User:
    settings.AIRE_TWILIO_AUTH_TOKEN = TOKEN
    return person("Ana", "admin")


@pytest.fixture
def every_channel(pigeon: FakeChannel) -> None:
    """Beside the pigeon the channel that people give numbers for."""
    channels._items["sms"] = SMS


@pytest.fixture
def paged(ana: User) -> Incident:
    incident = incidents.open_incident(title="It <b>burns</b>", severity="sev1", actor=ME)
    work_off()
    return incident


def link_in(pigeon: FakeChannel) -> str:
    action = next(a for a in pigeon.taken[0].message.actions if a.name.endswith(".acknowledge"))
    return re.sub(r"^https?://[^/]+", "", action.url)


def status_of(incident: Incident) -> str:
    incident.refresh_from_db()
    return incident.status


def twilio(path: str, fields: dict[str, str], *, settings: Any, token: str = TOKEN) -> Any:
    url = f"{settings.AIRE_BASE_URL}{path}"
    return Client().generic(
        "POST",
        path,
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature(token, url, list(fields.items()))},
    )


def test_following_the_link_changes_nothing_and_pressing_acknowledges_as_its_person(
    paged: Incident, pigeon: FakeChannel
) -> None:
    link = link_in(pigeon)
    for _ in range(3):
        shown = Client().get(link)
    assert shown.status_code == 200
    assert b"Acknowledge as Ana" in shown.content
    assert b"<b>burns</b>" not in shown.content
    assert shown["Cache-Control"].startswith("max-age=0")
    assert status_of(paged) == "open"
    said = Client().post(link)
    assert b"is acknowledged" in said.content
    assert status_of(paged) == "acknowledged"
    assert Escalation.objects.get().state == "acknowledged"
    line = IncidentEvent.objects.filter(incident=paged, kind="status").last()
    assert line is not None
    assert line.actor_label == "Ana"
    again = Client().post(link)
    assert b"already" in again.content


def test_a_link_that_is_forged_or_old_does_nothing(
    paged: Incident, pigeon: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_in(pigeon)
    for wrong in (link[:-4] + "xxx/", f"/ack/{signing.dumps('1', salt='other')}/", "/ack/x/"):
        assert Client().post(wrong).status_code == 404
    monkeypatch.setattr(links, "GOOD_FOR_SECONDS", -1)
    assert Client().post(link).status_code == 410
    assert status_of(paged) == "open"


def test_the_link_of_somebody_who_left_or_may_not_respond_does_nothing(
    paged: Incident, pigeon: FakeChannel, ana: User
) -> None:
    link = link_in(pigeon)
    User.objects.filter(pk=ana.pk).update(role="viewer")
    assert b"not acknowledge it" in Client().post(link).content
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert b"not active" in Client().post(link).content
    assert status_of(paged) == "open"


def test_a_reply_acknowledges_as_the_owner_of_the_number(
    paged: Incident, ana: User, settings: Any, every_channel: None
) -> None:
    add_contact_method(user=ana, channel="sms", address="+491711234567", actor=ME, verified=True)
    reply = {"From": "+491711234567", "Body": "Ack"}
    assert twilio("/twilio/sms/", reply, settings=settings, token="wrong").status_code == 401
    unknown = twilio("/twilio/sms/", {**reply, "From": "+4999999999"}, settings=settings)
    assert b"does not know this number" in unknown.content
    assert status_of(paged) == "open"
    answered = twilio("/twilio/sms/", reply, settings=settings)
    assert f"<Message>INC-{paged.pk} is acknowledged".encode() in answered.content
    assert status_of(paged) == "acknowledged"


def test_of_several_pages_a_reply_has_to_say_which(
    paged: Incident, ana: User, settings: Any, every_channel: None
) -> None:
    add_contact_method(user=ana, channel="sms", address="+491711234567", actor=ME, verified=True)
    other = incidents.open_incident(title="It also burns", severity="sev1", actor=ME)
    work_off(deliver=False)
    reply = {"From": "+491711234567", "Body": "ack"}
    asked = twilio("/twilio/sms/", reply, settings=settings)
    assert b"Several pages wait" in asked.content
    twilio("/twilio/sms/", {**reply, "Body": f"ack {other.pk}"}, settings=settings)
    assert (status_of(paged), status_of(other)) == ("open", "acknowledged")


def call_to(ana: User, incident: Incident) -> Delivery:
    page = Escalation.objects.get().pages.get()
    first = Delivery.objects.get(channel="pigeon")
    return Delivery.objects.create(
        obligation_key="voice",
        origin=f"page:{page.pk}",
        subject_key=incident.subject_key,
        kind="page",
        channel="voice",
        user=ana,
        address="… 4567",
        message=first.message,
        state="sent",
    )


def test_a_key_pressed_in_a_call_acknowledges(paged: Incident, ana: User, settings: Any) -> None:
    row = call_to(ana, paged)
    spoken = twilio(f"/twilio/voice/{row.pk}/", {"CallSid": "CA1"}, settings=settings)
    assert b"Press 4 to acknowledge" in spoken.content
    assert b"<b>" not in spoken.content
    other = twilio(f"/twilio/keypad/{row.pk}/", {"Digits": "9"}, settings=settings)
    assert b"<Redirect" in other.content
    assert status_of(paged) == "open"
    pressed = twilio(f"/twilio/keypad/{row.pk}/", {"Digits": "4"}, settings=settings)
    assert b"is acknowledged" in pressed.content
    assert status_of(paged) == "acknowledged"
    late = twilio(f"/twilio/voice/{row.pk}/", {"CallSid": "CA1"}, settings=settings)
    assert b"acknowledged meanwhile" in late.content


def test_what_becomes_of_a_call_is_kept_once(paged: Incident, ana: User, settings: Any) -> None:
    row = call_to(ana, paged)
    for _ in range(2):
        told = twilio(f"/twilio/status/{row.pk}/", {"CallStatus": "no-answer"}, settings=settings)
        assert told.status_code == 204
    assert DeliveryReport.objects.get().said == "no-answer"
    client = Client()
    client.force_login(ana)
    page = Escalation.objects.get().pages.get()
    shown = client.get(f"/on-call/pages/{page.pk}/").content.decode()
    assert "no-answer" in shown
    assert "Accepted by the provider" in shown


def test_a_page_about_a_private_incident_is_shown_to_nobody_else(
    ana: User, person: Callable[..., User], pigeon: FakeChannel
) -> None:
    incidents.open_incident(title="Secret", severity="sev1", private=True, actor=ME)
    work_off()
    page = Escalation.objects.get().pages.get()
    stranger = Client()
    stranger.force_login(person("Ben", "manager"))
    assert stranger.get(f"/on-call/pages/{page.pk}/").status_code == 404
    assert b"Secret" not in stranger.get("/on-call/pages/").content
    client = Client()
    client.force_login(ana)
    assert client.get(f"/on-call/pages/{page.pk}/").status_code == 200


def test_every_door_is_closed_without_a_secret(ana: User, settings: Any) -> None:
    settings.AIRE_TWILIO_AUTH_TOKEN = ""
    assert twilio("/twilio/sms/", {"From": "1"}, settings=settings, token="").status_code == 503
    settings.AIRE_TWILIO_AUTH_TOKEN = TOKEN
    assert Client().get("/twilio/sms/").status_code == 405
