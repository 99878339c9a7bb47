"""The pages of sources: connecting one, its key shown once, settings, tests, a mapping tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from alerts import services
from alerts.formats import formats
from alerts.models import Alert, Receipt, Source, SourceKey
from catalog.models import System
from core.secrets import key_digest
from tests.alerts.scene import deliver, make_source, work_off
from tests.cast import TESTER, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW = {"format": "alertmanager", "name": "Production Alertmanager"}


@pytest.fixture
def manager(as_role: Callable[[str], Client]) -> Client:
    return as_role("manager")


def test_every_known_sender_is_offered_as_a_card(manager: Client) -> None:
    page = manager.get("/alerts/sources/new/").content.decode()
    for reader in formats:
        assert f'value="{reader.name}"' in page
        assert reader.title in page


@pytest.mark.parametrize("name", ["alertmanager", "grafana", "generic", "pagerduty"])
def test_a_new_source_shows_its_key_once_and_what_to_paste(name: str, manager: Client) -> None:
    response = manager.post("/alerts/sources/new/", {**NEW, "format": name})
    key = response.context["key"]
    page = response.content.decode()
    assert key.startswith("aire_")
    assert key in page
    assert key in response.context["snippet"]
    assert "It is shown this once" in page
    assert 'hx-get="/alerts/sources/production-alertmanager/arrival/"' in page
    assert SourceKey.objects.get().digest == key_digest(key)
    assert "no-store" in response["Cache-Control"]
    again = manager.get("/alerts/sources/production-alertmanager/").content.decode()
    assert key not in again
    assert "YOUR-KEY" in again


def test_a_taken_short_name_is_refused_and_changes_nothing(manager: Client) -> None:
    make_source("evals", name="Evals")
    response = manager.post("/alerts/sources/new/", {**NEW, "slug": "evals"})
    assert "already" in str(response.context["form"].errors["slug"])
    assert Source.objects.get().name == "Evals"


def test_a_short_name_that_hides_an_address_is_refused(manager: Client) -> None:
    response = manager.post("/alerts/sources/new/", {**NEW, "name": "New"})
    assert "address of this name" in str(response.context["form"].errors["slug"])


def test_waiting_ends_by_itself_when_something_arrives(manager: Client) -> None:
    source = make_source()
    path = "/alerts/sources/evals/arrival/"
    waiting = manager.get(path, HTTP_HX_REQUEST="true").content.decode()
    assert "Waiting for the first alert" in waiting
    assert 'data-live="alerts"' in waiting
    deliver(source, {"title": "x", "key": "x"})
    arrived = manager.get(path, HTTP_HX_REQUEST="true").content.decode()
    assert "Connected" in arrived
    assert 'data-live="alerts"' not in arrived
    assert manager.get(path).url == "/alerts/sources/evals/"


def test_the_list_says_how_each_source_stands(stranger: User) -> None:
    for slug in ("off", "waiting", "unreadable", "connected"):
        make_source(slug)
    services.switch_source(source=Source.objects.get(slug="off"), enabled=False, actor=TESTER)
    deliver(Source.objects.get(slug="unreadable"), b"{")
    deliver(Source.objects.get(slug="connected"), {"title": "x", "key": "x"})
    page = sign_in(stranger).get("/alerts/sources/").content.decode()
    for words in (
        "Off", "Waiting for the first alert", "Last delivery could not be read", "Connected",
    ):  # fmt: skip
        assert f"<span>{words}</span>" in page


def test_a_key_is_rotated_under_the_old_one_and_then_the_old_one_ends(manager: Client) -> None:
    source = make_source()
    old = source.keys.get()
    shown = manager.post("/alerts/sources/evals/rotate/")
    assert shown.context["key"] in shown.content.decode()
    assert source.keys.filter(revoked_at=None).count() == 2
    third = manager.post("/alerts/sources/evals/rotate/", follow=True)
    assert b"Two keys are live already" in third.content
    manager.post(f"/alerts/sources/evals/keys/{old.pk}/revoke/")
    old.refresh_from_db()
    assert old.revoked_at is not None
    again = manager.post(f"/alerts/sources/evals/keys/{old.pk}/revoke/", follow=True)
    assert b"no such live key" in again.content


def test_a_test_goes_through_the_pipeline_marked_as_a_drill(teammate: User, system: System) -> None:
    make_source("am", format="alertmanager", system_slug=system.slug)
    response = sign_in(teammate).post("/alerts/sources/am/test/")
    receipt = Receipt.objects.get()
    assert response.url == f"/alerts/receipts/{receipt.pk}/"
    work_off()
    alert = Alert.objects.get()
    assert alert.drill
    assert alert.system == system


def test_a_source_is_switched_off_and_on(manager: Client) -> None:
    source = make_source()
    for asked, enabled in (("0", False), ("1", True)):
        manager.post("/alerts/sources/evals/switch/", {"enabled": asked})
        source.refresh_from_db()
        assert source.enabled is enabled


def edit(client: Client, mapping: str, action: str = "") -> object:
    form = {"name": "Evals", "mapping": mapping, "auto_resolve_after": "3600", "action": action}
    return client.post("/alerts/sources/evals/edit/", form)


def test_a_mapping_is_saved_from_yaml_and_from_json(manager: Client) -> None:
    source = make_source()
    for text in ("title: Drift in {f}\nkey: monitor.id", '{"title": "Drift in {f}",\t"key": "id"}'):
        assert edit(manager, text).url == "/alerts/sources/evals/"
        source.refresh_from_db()
        assert source.options["title"] == "Drift in {f}"
    assert source.auto_resolve_after == 3600


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("severity: {path: p, default: bad}", "severity.default: must be one of"),
        ("nonsense: x", "nonsense: unknown field"),
        ("title: [", "Line"),
        ("- a\n- b", "A mapping has fields"),
        ("{'title", "Line 1"),
        ('{"title": ', "Line 1"),
        ("a: !!python/object:os.system x", "Line 1"),
    ],
)
@pytest.mark.parametrize("action", ["", "try"])
def test_a_broken_mapping_is_refused_with_its_place(
    text: str, sentence: str, action: str, manager: Client
) -> None:
    source = make_source()
    response = edit(manager, text, action)
    assert sentence in " ".join(response.context["form"].errors["mapping"])
    source.refresh_from_db()
    assert source.options == {}


def test_a_mapping_is_tried_on_the_last_payload_without_saving(manager: Client) -> None:
    source = make_source()
    deliver(source, {"what": "Drift <b>", "id": 7, "prio": "P1"})
    mapping = "title: 'Drift: {what}'\nkey: id\nseverity: {path: prio, map: {P1: sev1}}"
    page = edit(manager, mapping, "try").content.decode()
    assert "Drift: Drift &lt;b&gt;" in page
    assert "SEV1" in page
    assert "Nothing is saved yet" in page
    source.refresh_from_db()
    assert source.options == {}
    unreadable = edit(manager, "alerts: nowhere", "try").content.decode()
    assert "It would be set aside" in unreadable
    assert "leads to nothing in this body" in unreadable


def test_a_mapping_without_a_payload_to_try_it_on_says_so(manager: Client) -> None:
    make_source()
    assert b"Nothing has arrived yet" in edit(manager, "title: x", "try").content


def test_only_the_generic_sender_has_a_mapping(manager: Client) -> None:
    source = make_source("am", format="github", options={"environments": ["kept"]})
    assert b"Mapping" not in manager.get("/alerts/sources/am/edit/").content
    manager.post("/alerts/sources/am/edit/", {"name": "Renamed"})
    source.refresh_from_db()
    assert (source.name, source.options) == ("Renamed", {"environments": ["kept"]})


@pytest.mark.parametrize(
    ("path", "needs"),
    [
        ("new/", "manager"),
        ("evals/edit/", "manager"),
        ("evals/rotate/", "manager"),
        ("evals/switch/", "manager"),
        ("evals/keys/1/revoke/", "manager"),
        ("evals/test/", "responder"),
    ],
)
def test_who_may_change_a_source(path: str, needs: str, as_role: Callable[[str], Client]) -> None:
    make_source()
    roles = ["viewer", "responder", "manager", "admin"]
    for role in roles:
        allowed = roles.index(role) >= roles.index(needs)
        status = as_role(role).post(f"/alerts/sources/{path}").status_code
        assert (status == 403) is not allowed, role


def test_what_a_role_may_not_do_is_not_offered(stranger: User) -> None:
    make_source()
    page = sign_in(stranger).get("/alerts/sources/evals/").content.decode()
    for button in ("Send a test", "Rotate", "Revoke", "Edit", "Switch off"):
        assert button not in page


def test_a_source_that_is_not_there_is_a_404(manager: Client) -> None:
    assert manager.get("/alerts/sources/nowhere/").status_code == 404
    assert manager.post("/alerts/sources/nowhere/test/").status_code == 404
