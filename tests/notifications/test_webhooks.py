"""Outgoing webhooks: signed, once, with nothing about private incidents, until 2xx."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from core.actor import program
from incidents import services as incidents
from integrations.webhook.channel import CHANNEL
from integrations.webhook.tracker import signature
from notifications import services
from notifications.channels import channels
from notifications.delivery import deliver_due
from notifications.message import Message
from notifications.models import Delivery
from notifications.webhook_services import save_webhook, send_test
from tests.cast import api_client
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later, work_off
from tests.fakes.providers import Providers, Taken
from tests.fakes.tracker_server import Answer

pytestmark = pytest.mark.django_db(transaction=True)
ME = program("A test")
EVENTS = ["incident.opened", "incident.acknowledged", "page.created"]


@pytest.fixture
def vendors(settings: Any, pigeon: FakeChannel) -> Iterator[Providers]:
    channels._items["webhook"] = CHANNEL
    with Providers() as found:
        settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
        yield found


@pytest.fixture
def secret(vendors: Providers, person: Callable[..., User]) -> str:
    person("Ana", "admin")
    _, made = save_webhook(
        slug="ops", name="Ops", url=f"{vendors.url}/hook/ops", events=EVENTS, actor=ME
    )
    return made


def body(taken: Taken) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(taken.body)
    return found


def test_what_happens_is_told_once_and_signed(vendors: Providers, secret: str) -> None:
    incident = incidents.open_incident(title="It burns", severity="sev1", actor=ME)
    work_off()
    incidents.transition_incident(incident_id=incident.pk, to="acknowledged", actor=ME)
    work_off()
    assert [body(taken)["type"] for taken in vendors.inbox] == [
        "incident.opened",
        "page.created",
        "incident.acknowledged",
    ]
    for taken in vendors.inbox:
        headers = taken.headers
        told, moment = headers["webhook-id"], headers["webhook-timestamp"]
        assert headers["webhook-signature"] == signature(secret, told, moment, taken.body)
    opened = body(vendors.inbox[0])["data"]
    assert (opened["ref"], opened["title"], opened["drill"]) == (incident.ref, "It burns", False)
    assert "actions" not in opened


def test_nothing_is_told_of_a_private_incident(vendors: Providers, secret: str) -> None:
    incidents.open_incident(title="Secret", severity="sev1", private=True, actor=ME)
    work_off()
    assert vendors.inbox == []
    assert not Delivery.objects.filter(channel="webhook").exists()


def test_anything_but_a_yes_is_tried_again_with_the_same_id_until_410(
    vendors: Providers, secret: str
) -> None:
    vendors.faults += [Answer(500), Answer(404), Answer(500)]
    send_test(slug="ops", actor=ME)
    for _ in range(4):
        deliver_due()
        later(3_600)
    assert [body(taken)["type"] for taken in vendors.inbox] == ["test.sent"]
    row = Delivery.objects.get(channel="webhook")
    assert (row.state, row.tries.count()) == ("sent", 4)
    vendors.faults.append(Answer(410))
    send_test(slug="ops", actor=ME)
    deliver_due()
    assert Delivery.objects.filter(channel="webhook", state="failed").count() == 1


def test_a_policy_can_page_it_by_name(vendors: Providers, secret: str) -> None:
    services.notify_address(
        channel="webhook",
        address="ops",
        message=Message(kind="page", headline="SEV1 · INC-1", title="It burns"),
        kind="page",
        origin="page:x",
        obligation_key="page:x",
    )
    deliver_due()
    assert body(vendors.inbox[0])["data"]["title"] == "It burns"
    assert vendors.inbox[0].headers["webhook-signature"].startswith("v1,")


def test_it_is_managed_over_the_api_and_its_secret_is_shown_once(
    vendors: Providers, owner: User, teammate: User
) -> None:
    given = {"slug": "bot", "url": f"{vendors.url}/hook/bot", "events": ["incident.opened"]}
    assert api_client(teammate).post("/api/v1/webhooks/", given).status_code == 403
    client = api_client(owner)
    made = client.post("/api/v1/webhooks/", given)
    assert made.status_code == 201, made.content
    assert made.json()["secret"].startswith("whsec_")
    shown = client.get("/api/v1/webhooks/bot/").json()
    assert "secret" not in shown
    assert "url" not in shown
    assert client.post("/api/v1/webhooks/bot/test/").status_code == 202
    deliver_due()
    sent = client.get("/api/v1/webhooks/bot/deliveries/").json()["results"]
    assert (sent[0]["event"], sent[0]["state"]) == ("test.sent", "sent")
    assert api_client(teammate).get("/api/v1/webhooks/bot/").status_code in (403, 404)
    wrong = client.post("/api/v1/webhooks/", {**given, "events": ["nonsense"]})
    assert wrong.status_code == 400
    assert client.delete("/api/v1/webhooks/bot/").status_code == 204
