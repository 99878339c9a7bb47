"""The pages of routes: the list in order, the preview before saving, the try box."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from alerts import services
from alerts.models import Alert, Route
from catalog.models import System
from tests.alerts.scene import make_alert, make_source
from tests.cast import TESTER, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"name": "Quality", "order": "10", "match": 'team="search"', "open_incident": "always"}


@pytest.fixture
def manager(as_role: Callable[[str], Client]) -> Client:
    return as_role("manager")


def test_routes_are_listed_in_the_order_they_are_tried(stranger: User) -> None:
    for slug, order in (("second", 20), ("first", 10)):
        services.save_route(slug=slug, name=slug, order=order, actor=TESTER)
    page = sign_in(stranger).get("/alerts/routes/").content.decode()
    places = [page.index(name) for name in ("first", "second", "The default route")]
    assert places == sorted(places)
    assert "Add a route" not in page


def test_a_route_is_added_changed_and_deleted(manager: Client) -> None:
    manager.post("/alerts/routes/new/", {**FORM, "group_by": "system, team,, system"})
    route = Route.objects.get()
    assert (route.slug, route.match, route.group_by) == (
        "quality", ['team="search"'], ["system", "team"],
    )  # fmt: skip
    assert route.enabled is False
    manager.post("/alerts/routes/quality/", {**FORM, "enabled": "on", "severity": "sev2"})
    route.refresh_from_db()
    assert (route.enabled, route.severity) == (True, "sev2")
    manager.post("/alerts/routes/quality/delete/")
    assert not Route.objects.exists()


@pytest.mark.parametrize("action", ["", "preview"])
def test_a_broken_matcher_is_refused_with_its_place(action: str, manager: Client) -> None:
    form = {**FORM, "match": 'team="search"\nbroken', "action": action}
    response = manager.post("/alerts/routes/new/", form)
    assert "in matcher 2" in str(response.context["form"].errors["match"])
    assert not Route.objects.exists()


def test_a_taken_short_name_changes_no_route(manager: Client) -> None:
    services.save_route(slug="quality", name="Old", actor=TESTER)
    response = manager.post("/alerts/routes/new/", FORM)
    assert "already" in str(response.context["form"].errors["slug"])
    assert Route.objects.get().name == "Old"


def test_the_preview_shows_what_a_route_would_get_before_it_is_saved(manager: Client) -> None:
    source = make_source()
    for team in ("search", "search", "billing"):
        make_alert(source, f"{team} {Alert.objects.count()}", labels={"team": team})
    response = manager.post("/alerts/routes/new/", {**FORM, "action": "preview"})
    preview = response.context["preview"]
    assert (preview.looked_at, len(preview.matched), preview.won) == (3, 2, 2)
    assert "search 1" in response.content.decode()
    assert not Route.objects.exists()


def test_the_preview_says_which_earlier_route_takes_an_alert(manager: Client) -> None:
    make_alert(make_source(), "One", labels={"team": "search"})
    services.save_route(slug="all", name="Takes all", order=5, actor=TESTER)
    response = manager.post("/alerts/routes/new/", {**FORM, "action": "preview"})
    assert response.context["preview"].won == 0
    assert "taken by Takes all" in response.content.decode()
    later = manager.post("/alerts/routes/new/", {**FORM, "order": "4", "action": "preview"})
    assert later.context["preview"].won == 1


def test_the_preview_of_a_route_is_not_taken_by_itself(manager: Client) -> None:
    make_alert(make_source(), "One", labels={"team": "search"})
    services.save_route(slug="quality", name="Quality", order=1, match=[], actor=TESTER)
    response = manager.post("/alerts/routes/quality/", {**FORM, "action": "preview"})
    assert response.context["preview"].won == 1


def test_a_route_may_match_on_the_source_and_its_system(manager: Client, system: System) -> None:
    make_alert(make_source("nightly", system_slug=system.slug), "One")
    match = f'aire_source="nightly"\nsystem="{system.slug}"'
    form = {**FORM, "match": match, "action": "preview"}
    assert manager.post("/alerts/routes/new/", form).context["preview"].won == 1


def try_labels(client: Client, labels: str, **more: str) -> str:
    response = client.post("/alerts/routes/try/", {"labels": labels, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_labels_are_tried_and_whom_they_would_page_is_said(
    owner: User, stranger: User, system: System
) -> None:
    services.save_route(slug="quality", name="Quality", match=['category="quality"'], actor=TESTER)
    labels = f"category=quality\nsystem={system.slug}\nalertname=Drift"
    page = try_labels(sign_in(stranger), labels, severity="sev1")
    for words in (
        "Matched Quality, which opens an incident.", system.name, "SEV1", "alertname=Drift",
        "Fallback: all admins", owner.name,
    ):  # fmt: skip
        assert words in page
    assert not Alert.objects.exists()


def test_a_severity_among_the_labels_counts_unless_one_is_chosen(stranger: User) -> None:
    client = sign_in(stranger)
    assert "SEV1</span>" in try_labels(client, "severity=critical")
    assert "SEV4</span>" in try_labels(client, "severity=critical", severity="sev4")


def test_what_opens_no_incident_pages_nobody(stranger: User) -> None:
    services.save_route(slug="never", name="Never", open_incident="never", actor=TESTER)
    page = try_labels(sign_in(stranger), '{"labels": {"a": "b"}}')
    assert "It would open no incident" in page
    assert "Nobody would be paged" in page


def test_an_incident_that_does_not_page_is_told_apart(stranger: User) -> None:
    page = try_labels(sign_in(stranger), "a=b", severity="sev4")
    assert "It would open an incident" in page
    assert "Nobody would be paged" in page


@pytest.mark.parametrize("labels", ["", "no sign", "=x", "{", "[1]", '{"labels": 7}', "{" * 5000])
def test_labels_that_cannot_be_read_are_refused_with_a_sentence(
    labels: str, stranger: User
) -> None:
    response = sign_in(stranger).post("/alerts/routes/try/", {"labels": labels})
    assert response.context["form"].errors["labels"]


@pytest.mark.parametrize("path", ["new/", "quality/", "quality/delete/"])
def test_only_managers_change_routes(path: str, as_role: Callable[[str], Client]) -> None:
    services.save_route(slug="quality", name="Quality", actor=TESTER)
    for role in ("viewer", "responder"):
        assert as_role(role).post(f"/alerts/routes/{path}", FORM).status_code == 403
    assert Route.objects.get().match == []
