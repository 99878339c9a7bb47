"""The pages, the API and the documents of silences and noise rules, and who may what there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from alerts import services
from alerts.models import Alert, Flap, Inhibition, NoiseSettings, Silence
from catalog.models import System
from core import clock
from tests.alerts.scene import deliver, make_alert, make_source
from tests.cast import TESTER, api_client, make_system, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/alerts/silences/new/"


def later(**ahead: float) -> str:
    return (clock.now() + timedelta(**ahead)).isoformat()


@pytest.fixture
def responder(teammate: User) -> Client:
    return sign_in(teammate)


def form(**more: str) -> dict[str, str]:
    return {"match": 'team="search"', "reason": "Moving the index", "lasts": "2h", **more}


def test_a_silence_made_on_the_page_shows_its_author_and_ends_there(responder: Client) -> None:
    make_alert(make_source(), labels={"team": "search"})
    make_alert(make_source("b"), title="Other", labels={"team": "chat"})
    responder.post(NEW, form())
    one = Silence.objects.get()
    page = responder.get(f"/alerts/silences/{one.pk}/").content.decode()
    assert "Tariq Teammate" in page
    assert "Active" in responder.get("/alerts/silences/").content.decode()
    responder.post(f"/alerts/silences/{one.pk}/expire/")
    one.refresh_from_db()
    assert one.expired_by.startswith("Tariq")
    assert "Moving the index" in responder.get("/alerts/silences/?state=over").content.decode()


def test_the_form_is_filled_in_from_an_alert_and_says_what_it_hits(responder: Client) -> None:
    alert = make_alert(make_source(), labels={"alertname": "Drift", "pod": "x-1", "team": "a"})
    page = responder.get(f"{NEW}?alert={alert.pk}").content.decode()
    assert "alertname=&quot;Drift&quot;" in page
    assert "pod=" not in page
    assert "1 open alert would be held back" in page


def test_a_broad_silence_is_saved_only_when_asked_for_twice(responder: Client) -> None:
    source = make_source()
    for number in range(10):
        make_alert(source, title=f"A{number}", labels={"team": "search"})
    answer = responder.post(NEW, form()).content.decode()
    assert "It is not saved yet" in answer
    assert "It is broad" in answer
    assert not Silence.objects.exists()
    responder.post(NEW, form(although="1"))
    assert Silence.objects.exists()


def test_a_preview_saves_nothing(responder: Client) -> None:
    assert "What it would hit" in responder.post(NEW, form(action="preview")).content.decode()
    assert not Silence.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"match": ""}, "match"),
        ({"match": 'team=~"(a"'}, "match"),
        ({"lasts": ""}, "ends_at"),
        ({"repeat": "FREQ=DAILY"}, "recurrence"),
        ({"repeat": "own", "recurrence": "FREQ=SECONDLY;COUNT=5"}, "recurrence"),
    ],
)
def test_the_form_says_what_is_wrong_where_it_is(
    more: dict[str, str], field: str, responder: Client
) -> None:
    make_alert(make_source(), labels={"team": "search"})
    response = responder.post(NEW, form(although="1", **more))
    assert response.context["form"].errors.get(field)
    assert not Silence.objects.exists()


def test_a_viewer_reads_silences_and_makes_none(stranger: User) -> None:
    client = sign_in(stranger)
    assert client.get("/alerts/silences/").status_code == 200
    assert client.post(NEW, form()).status_code == 403
    assert api_client(stranger).post("/api/v1/silences/", {}, format="json").status_code == 403


def test_maintenance_shows_where_it_matters(responder: Client, system: System) -> None:
    source = make_source(system_slug=system.slug)
    services.create_silence(
        system_slug=system.slug, reason="New index", ends_at=clock.now() + timedelta(hours=1),
        actor=TESTER,
    )  # fmt: skip
    alert = make_alert(source)
    told = "1 planned maintenance"
    for address in ("/", "/alerts/", f"/systems/{system.slug}/"):
        assert told in responder.get(address).content.decode(), address
    page = responder.get(f"/alerts/{alert.pk}/").content.decode()
    assert "It is held back and pages nobody" in page
    assert "Plan maintenance" in responder.get(f"/systems/{system.slug}/").content.decode()
    assert "1 silenced" in responder.get("/systems/").content.decode()


def test_the_api_makes_lists_changes_and_ends_silences(teammate: User) -> None:
    make_alert(make_source(), labels={"team": "search"})
    api = api_client(teammate)
    body = {"match": ['team="search"'], "ends_at": later(hours=1), "reason": "Moving"}
    found = api.post("/api/v1/silences/preview/", {"match": body["match"]}, format="json").json()
    assert (found["now_count"], found["week_count"]) == (1, 1)
    made = api.post("/api/v1/silences/", body, format="json")
    assert made.status_code == 201, made.json()
    address = f"/api/v1/silences/{made.json()['id']}/"
    assert made.json()["state"] == "active"
    changed = api.patch(address, {"reason": "Still moving"}, format="json").json()
    assert (changed["reason"], changed["match"]) == ("Still moving", body["match"])
    assert [one["id"] for one in api.get("/api/v1/silences/?state=current").json()["results"]]
    assert api.delete(address).json()["state"] == "over"
    assert api.patch(address, {"reason": "Again"}, format="json").status_code == 409
    wrong = api.post("/api/v1/silences/", {**body, "match": []}, format="json")
    assert wrong.status_code == 400
    assert "match" in wrong.json()["errors"]


def test_noise_rules_are_made_tried_and_kept(as_role: Callable[[str], Client]) -> None:
    manager = as_role("manager")
    source = make_source()
    make_alert(source, title="Down", labels={"kind": "down"})
    make_alert(source, title="Slow", labels={"kind": "slow"})
    rule = {
        "name": "Down speaks", "source_match": 'kind="down"', "target_match": 'kind="slow"',
        "enabled": "on",
    }  # fmt: skip
    tried = manager.post("/alerts/noise/inhibitions/new/", {**rule, "action": "preview"})
    assert "1 of the 1 alert" in tried.content.decode()
    assert not Inhibition.objects.exists()
    manager.post("/alerts/noise/inhibitions/new/", rule)
    assert Inhibition.objects.get().slug == "down-speaks"
    assert "Down speaks" in manager.get("/alerts/noise/").content.decode()
    manager.post("/alerts/noise/inhibitions/down-speaks/delete/")
    assert not Inhibition.objects.exists()


def test_dependencies_are_tried_and_then_hold(
    as_role: Callable[[str], Client], owner: User
) -> None:
    make_system("provider", tier=1)
    make_system("chat", depends_on=["provider"])
    manager = as_role("manager")
    settings = {
        "follow_dependencies": "all", "flapping_changes": "6", "flapping_window": "1800",
        "flapping_calm": "1800",
    }  # fmt: skip
    make_alert(make_source("p", system_slug="provider"), title="Down", severity="critical")
    make_alert(make_source("c", system_slug="chat"), title="Slow")
    tried = manager.post("/alerts/noise/", {**settings, "action": "preview"}).content.decode()
    assert "1 of the 1 alert" in tried
    assert not NoiseSettings.objects.exists()
    manager.post("/alerts/noise/", settings)
    make_alert(make_source("d", system_slug="chat"), title="Slower")
    assert Alert.objects.get(title="Slower").status == "silenced"
    answer = api_client(owner).patch(
        "/api/v1/noise-settings/", {"flapping_changes": 1}, format="json"
    )
    assert answer.status_code == 400


def test_what_flaps_is_on_the_page_and_in_the_api(responder: Client, teammate: User) -> None:
    source = make_source()
    for number in range(7):
        for status in ("firing", "resolved"):
            deliver(source, {"title": f"<b>Queue</b> {status}", "key": "queue", "status": status,
                             "severity": "warning", "n": number})  # fmt: skip
    page = responder.get("/alerts/noise/").content.decode()
    assert "Pages nobody until it is calm" in page
    assert "<b>Queue" not in page
    (one,) = api_client(teammate).get("/api/v1/flapping/").json()
    assert one["source"] == source.slug
    assert one["calm_at"] > one["last_opened_at"]
    Flap.objects.update(openings=[clock.now() - timedelta(hours=1)])
    (one,) = api_client(teammate).get("/api/v1/flapping/").json()
    assert one["calm_at"] is None
    assert "Calm again" in responder.get("/alerts/noise/").content.decode()
    NoiseSettings.objects.update_or_create(pk=1, defaults={"flapping_enabled": False})
    assert api_client(teammate).get("/api/v1/flapping/").json() == []
    assert Client().get("/api/v1/flapping/").status_code == 401
