"""The page "How AIRE reaches you": one's own, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from core.actor import program
from integrations.ntfy.channel import CHANNEL as NTFY
from notifications import contact_services
from notifications.channels import channels
from notifications.delivery import deliver_due
from notifications.models import ContactMethod, NotificationRule, QuietHours
from tests.cast import api_client, sign_in
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel) -> User:
    channels._items["ntfy"] = FakeChannel(name="ntfy", title="ntfy", form=NTFY.form)
    return person("Ana", "viewer")


def test_a_topic_is_added_verified_ruled_and_removed(ana: User) -> None:
    client = sign_in(ana)
    assert (
        client.post(
            "/inbox/contacts/add/", {"channel": "ntfy", "address": "not a topic"}
        ).status_code
        == 422
    )
    client.post("/inbox/contacts/add/", {"channel": "ntfy", "address": "ana-secret-topic"})
    contact = ContactMethod.objects.get()
    shown = client.get("/inbox/contacts/").content.decode()
    assert "waits for its code" in shown
    assert "ana-secret-topic" not in shown
    deliver_due()
    code = channels._items["ntfy"].taken[0].message.title.rpartition(" ")[2]  # type: ignore[attr-defined]
    verify = f"/inbox/contacts/{contact.pk}/verify/"
    assert client.post(verify, {"code": "1"}).status_code == 422
    client.post(verify, {"code": code})
    rule = {"high-0-way": f"ntfy:{contact.pk}", "high-0-after": "90 s", "high-1-way": "pigeon:"}
    client.post("/inbox/contacts/rules/high/", rule)
    rules = NotificationRule.objects.filter(user=ana).values_list("channel", "after_seconds")
    assert list(rules) == [("ntfy", 90), ("pigeon", 0)]
    assert "after 1 min 30 s" in client.get("/inbox/contacts/").content.decode()
    client.post(f"/inbox/contacts/{contact.pk}/remove/")
    assert not ContactMethod.objects.exists()


def test_quiet_hours_are_saved_and_taken_away(ana: User) -> None:
    client = sign_in(ana)
    given = {"starts": "22:00", "ends": "07:00", "weekdays": ["0", "1"]}
    client.post("/inbox/contacts/quiet/", given)
    assert QuietHours.objects.get(user=ana).weekdays == [0, 1]
    assert client.post("/inbox/contacts/quiet/", {**given, "ends": "22:00"}).status_code == 422
    client.post("/inbox/contacts/quiet/", {"starts": "", "ends": ""})
    assert not QuietHours.objects.exists()


def test_a_test_page_shows_what_became_of_it(ana: User) -> None:
    client = sign_in(ana)
    client.post("/inbox/contacts/test/")
    deliver_due()
    assert "ana@example.org" in client.get("/inbox/contacts/").content.decode()


def test_nobody_touches_the_contacts_of_another(ana: User, person: Callable[..., User]) -> None:
    contact = contact_services.add_contact_method(
        user=ana, channel="ntfy", address="ana-pages", actor=program("A test"), verified=True
    )
    stranger = sign_in(person("Eve", "admin"))
    for verb in ("verify", "resend", "remove"):
        answer = stranger.post(f"/inbox/contacts/{contact.pk}/{verb}/", {"code": "1"})
        assert answer.status_code == 404, verb
    api = api_client(person("Ivo", "admin"))
    assert api.get("/api/v1/contact-methods/").json()["results"] == []
    assert api.delete(f"/api/v1/contact-methods/{contact.pk}/").status_code == 404
    assert (
        api.put(
            "/api/v1/notification-rules/",
            {"urgency": "high", "rules": [{"channel": "ntfy", "contact": contact.pk}]},
        ).status_code
        == 400
    )


def test_the_api_says_no_more_of_an_address_than_its_label(ana: User) -> None:
    api = api_client(ana)
    made = api.post("/api/v1/contact-methods/", {"channel": "ntfy", "address": "ana-pages"})
    assert made.status_code == 201, made.content
    assert "ana-pages" not in made.content.decode()
    saved = api.put(
        "/api/v1/notification-rules/",
        {"urgency": "low", "rules": [{"channel": "pigeon", "after_seconds": 300}]},
    )
    assert saved.json()["rules"] == [{"channel": "pigeon", "contact": None, "after_seconds": 300}]
