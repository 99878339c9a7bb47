"""Who may see and do what, over every address: a private incident of others looks like nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import selectors as people
from accounts.models import User
from alerts.models import Alert, Source
from catalog.models import System
from catalog.panels import panels, system_facts
from incidents import services
from incidents.alert_filter import alerts_of_incident
from incidents.models import Incident, IncidentAlert
from incidents.system_panels import incidents_panel, open_incidents_by_system
from incidents.visibility import hidden_audit_lines
from tests.cast import actor_of, api_client, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db

READ_PAGES = ["", "acknowledge/", "causes/"]
FORM_PAGES = [
    "note/",
    "task/",
    "times/",
    "severity/",
    "edit/",
    "merge/",
    "role/",
    "member/",
    "page/",
    "causes/new/",
]
ACTIONS = [
    ("acknowledge/", {}),
    ("transition/", {"to": "acknowledged"}),
    ("note/", {"text": "hello"}),
    ("task/", {"title": "hello"}),
    ("task/1/", {"done": "1"}),
    ("times/", {}),
    ("severity/", {"severity": "sev4"}),
    ("edit/", {"title": "hello"}),
    ("merge/", {"into": "INC-1"}),
    ("role/", {"role": "lead", "me": "1"}),
    ("private/", {"private": "0"}),
    ("member/", {"user": "1"}),
    ("page/", {"user": "1"}),
    ("causes/new/", {"cause": "drift.covariate"}),
    ("causes/1/", {"confidence": "likely"}),
    ("causes/1/remove/", {}),
]
API_READS = ["", "events/", "roles/", "tasks/", "members/", "causes/"]
API_WRITES = [
    ("patch", "", {"title": "hello"}),
    ("post", "transition/", {"to": "acknowledged"}),
    ("post", "events/", {"text": "hello"}),
    ("post", "merge/", {"into": "INC-1"}),
    ("post", "causes/", {"cause": "drift.covariate"}),
    ("patch", "causes/1/", {"confidence": "likely"}),
    ("delete", "causes/1/", {}),
    ("post", "roles/", {"role": "lead", "user": None}),
    ("post", "tasks/", {"title": "hello"}),
    ("patch", "tasks/1/", {"done": True}),
    ("post", "members/", {"user": "tariq.teammate@example.org"}),
]


@pytest.fixture
def secret(owner: User, system: System) -> Incident:
    """A private incident of the owner's; nobody else belongs to it."""
    return make_incident("Zebra leak", by=owner, private=True, systems=[system])


@pytest.fixture
def open_one() -> Incident:
    return make_incident("Plain outage")


@pytest.mark.parametrize("part", [*READ_PAGES, *FORM_PAGES])
def test_pages_of_a_private_incident_are_there_for_its_people_only(
    owner: User, teammate: User, stranger: User, secret: Incident, part: str
) -> None:
    address = f"/incidents/{secret.ref}/{part}"
    assert sign_in(owner).get(address).status_code == 200
    for other in (teammate, stranger):
        answer = sign_in(other).get(address)
        assert answer.status_code == 404
        assert "Zebra" not in answer.content.decode()


@pytest.mark.parametrize(("part", "form"), ACTIONS)
def test_acting_on_an_invisible_incident_is_acting_on_nothing(
    teammate: User, stranger: User, secret: Incident, part: str, form: dict[str, str]
) -> None:
    before = (secret.events.count(), secret.members.count(), secret.version)
    for other in (teammate, stranger):
        assert sign_in(other).post(f"/incidents/{secret.ref}/{part}", form).status_code == 404
    secret.refresh_from_db()
    assert (secret.events.count(), secret.members.count(), secret.version) == before


@pytest.mark.parametrize(("part", "form"), ACTIONS)
def test_a_viewer_reads_and_changes_nothing(
    stranger: User, open_one: Incident, part: str, form: dict[str, str]
) -> None:
    client = sign_in(stranger)
    assert client.get(f"/incidents/{open_one.ref}/").status_code == 200
    before = open_one.events.count()
    assert client.post(f"/incidents/{open_one.ref}/{part}", form).status_code == 403
    assert open_one.events.count() == before


def test_a_viewer_cannot_declare(stranger: User) -> None:
    assert sign_in(stranger).get("/incidents/new/").status_code == 403
    form = {"title": "x", "severity": "sev3"}
    assert sign_in(stranger).post("/incidents/new/", form).status_code == 403


def test_a_viewer_sees_no_buttons_that_would_refuse(stranger: User, open_one: Incident) -> None:
    page = sign_in(stranger).get(f"/incidents/{open_one.ref}/").content.decode()
    assert f"/incidents/{open_one.ref}/transition/" not in page
    assert f"/incidents/{open_one.ref}/note/" not in page


@pytest.mark.parametrize("part", ["", *FORM_PAGES])
def test_nobody_and_the_deactivated_are_sent_to_sign_in(
    owner: User, teammate: User, open_one: Incident, part: str
) -> None:
    teammate_client = sign_in(teammate)
    User.objects.filter(pk=teammate.pk).update(is_active=False)
    for client in (Client(), teammate_client):
        answer = client.get(f"/incidents/{open_one.ref}/{part}")
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.headers["Location"]


@pytest.mark.parametrize("part", API_READS)
def test_api_reads_follow_the_same_rule(
    owner: User, teammate: User, stranger: User, secret: Incident, part: str
) -> None:
    address = f"/api/v1/incidents/{secret.ref}/{part}"
    assert api_client(owner).get(address).status_code == 200
    for other in (teammate, stranger):
        answer = api_client(other).get(address)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "part", "body"), API_WRITES)
def test_api_writes_follow_the_same_rule(
    teammate: User, stranger: User, secret: Incident, method: str, part: str, body: dict[str, str]
) -> None:
    before = secret.events.count()
    address = f"/api/v1/incidents/{secret.ref}/{part}"
    assert getattr(api_client(teammate), method)(address, body, format="json").status_code == 404
    # A viewer is refused before anything is looked up, whether it exists or not.
    nowhere = address.replace(secret.ref, "INC-999999")
    for target in (address, nowhere):
        assert getattr(api_client(stranger), method)(target, body, format="json").status_code == 403
    assert secret.events.count() == before


def test_a_key_for_reading_writes_nothing(teammate: User, open_one: Incident) -> None:
    client = api_client(teammate, "read")
    address = f"/api/v1/incidents/{open_one.ref}/"
    assert client.get(address).status_code == 200
    assert client.post(f"{address}events/", {"text": "x"}, format="json").status_code == 403


LISTS = [
    "/incidents/?status=all",
    "/incidents/?q=zebra",
    "/incidents/?mine=1",
    "/incidents/?my_team=1",
    "/incidents/?system=checkout-assistant",
    "/incidents/?team=assistants",
    "/",
    "/api/v1/incidents/",
    "/api/v1/incidents/?q=zebra",
    "/api/v1/incidents/?system=checkout-assistant",
]


@pytest.mark.parametrize("address", LISTS)
def test_lists_search_and_filters_show_it_to_its_people_only(
    owner: User, teammate: User, stranger: User, secret: Incident, address: str
) -> None:
    assert "Zebra leak" in sign_in(owner).get(address).content.decode()
    for other in (teammate, stranger):
        assert "Zebra" not in sign_in(other).get(address).content.decode()


def test_its_reference_finds_nothing_for_others(teammate: User, secret: Incident) -> None:
    for q in (secret.ref, str(secret.pk)):
        found = api_client(teammate).get("/api/v1/incidents/", {"q": q}).json()
        assert found["results"] == []


def test_counts_leave_it_out(owner: User, teammate: User, secret: Incident, system: System) -> None:
    assert "1 active incident" in sign_in(owner).get("/").content.decode()
    assert "No incidents yet" in sign_in(teammate).get("/").content.decode()
    assert open_incidents_by_system([system], owner)[system.pk].text.startswith("1 open incident")
    assert open_incidents_by_system([system], teammate) == {}
    assert panels.get("incidents") is incidents_panel
    assert system_facts.get("incidents") is open_incidents_by_system


def test_the_block_of_its_system_leaves_it_out(
    owner: User, teammate: User, secret: Incident, system: System
) -> None:
    address = f"/systems/{system.slug}/"
    assert "Zebra leak" in sign_in(owner).get(address).content.decode()
    assert "Zebra" not in sign_in(teammate).get(address).content.decode()


def test_it_is_no_target_of_a_merge_for_others(
    teammate: User, secret: Incident, open_one: Incident
) -> None:
    for into in (secret.ref, "INC-999999"):
        body = {"into": into}
        address = f"/api/v1/incidents/{open_one.ref}/merge/"
        answer = api_client(teammate).post(address, body, format="json")
        assert answer.status_code == 400
        assert answer.json()["errors"] == {
            "into": [f"There is no incident {into}, or you may not see it."]
        }
        page = sign_in(teammate).post(f"/incidents/{open_one.ref}/merge/", body)
        assert page.status_code == 422
    open_one.refresh_from_db()
    assert open_one.status == "open"


def test_where_it_was_merged_is_not_told_to_those_who_cannot_follow(
    owner: User, teammate: User, secret: Incident, open_one: Incident
) -> None:
    services.merge_incident(incident_id=open_one.pk, into_id=secret.pk, actor=actor_of(owner))
    address = f"/api/v1/incidents/{open_one.ref}/"
    assert api_client(owner).get(address).json()["merged_into"] == secret.ref
    assert api_client(teammate).get(address).json()["merged_into"] is None
    page = sign_in(teammate).get(f"/incidents/{open_one.ref}/").content.decode()
    assert "Zebra" not in page
    assert f'href="/incidents/{secret.ref}/"' not in page


def test_whoever_is_let_in_sees_all_of_it(owner: User, stranger: User, secret: Incident) -> None:
    client = sign_in(stranger)
    assert client.get(f"/incidents/{secret.ref}/").status_code == 404
    services.grant_access(incident_id=secret.pk, user=stranger, actor=actor_of(owner))
    assert client.get(f"/incidents/{secret.ref}/").status_code == 200


def test_the_audit_trail_hides_its_lines(owner: User, teammate: User, secret: Incident) -> None:
    lines = people.audit_entries(owner, kind="incident", ref=secret.ref)
    assert lines.exists()
    assert not lines.exclude(hidden_audit_lines(teammate)).exists()
    assert lines.exclude(hidden_audit_lines(owner)).count() == lines.count()


def test_alerts_filtered_by_it_are_none_for_others(
    owner: User, teammate: User, secret: Incident, make_alert: Callable[..., Alert]
) -> None:
    IncidentAlert.objects.create(incident=secret, alert=make_alert())
    found = Alert.objects.all()
    assert alerts_of_incident(found, secret.ref, owner).count() == 1
    assert alerts_of_incident(found, secret.ref, teammate).count() == 0
    assert alerts_of_incident(found, "nonsense", owner).count() == 0
    assert Source.objects.count() == 1
