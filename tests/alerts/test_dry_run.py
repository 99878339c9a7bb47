"""A change of the routes, tried against what came in the last days before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import User
from alerts import services
from alerts.dry_run import difference
from alerts.models import Route
from alerts.preview import Draft
from tests.alerts.scene import make_alert, make_source
from tests.cast import TESTER, api_client

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = Draft(
    slug=None, name="Search is quiet", order=10, match=('team="search"',), system=None,
    severity="sev4", group_by=("team",), open_incident="page",
)  # fmt: skip


@pytest.fixture
def alerts() -> None:
    source = make_source()
    for number in range(3):
        make_alert(source, title=f"S{number}", labels={"team": "search"})
    make_alert(source, title="C", labels={"team": "chat"})


@pytest.mark.usefixtures("alerts")
def test_it_says_what_would_go_elsewhere_and_page_less(owner: User) -> None:
    found = difference(owner, DRAFT)
    assert (found.looked_at, found.moved) == (4, 3)
    assert (found.pages_before, found.pages_after) == (4, 1)
    assert (found.incidents_before, found.incidents_after) == (4, 1)
    assert "taken by Search is quiet instead of the default route" in found.shown[0].what
    assert "pages nobody" in found.shown[0].what


@pytest.mark.usefixtures("alerts")
def test_a_change_that_changes_nothing_says_so(owner: User) -> None:
    services.save_route(
        slug="q", name="Search is quiet", order=10, match=['team="search"'], severity="sev4",
        group_by=["team"], open_incident="page", actor=TESTER,
    )  # fmt: skip
    assert difference(owner, replace(DRAFT, slug="q")).moved == 0
    off = difference(owner, replace(DRAFT, slug="q", enabled=False))
    assert (off.moved, off.pages_after - off.pages_before) == (3, 3)
    assert difference(owner, replace(DRAFT, order=20)).moved == 0  # an earlier route keeps them


@pytest.mark.usefixtures("alerts")
def test_the_form_and_the_api_show_it_before_anything_is_saved(
    as_role: Callable[[str], Client], owner: User
) -> None:
    form = {
        "name": "Search is quiet", "order": "10", "match": 'team="search"', "severity": "sev4",
        "open_incident": "page", "enabled": "on", "action": "preview",
    }  # fmt: skip
    page = as_role("manager").post("/alerts/routes/new/", form).content.decode()
    assert "3 would have gone another way" in page
    body = {"slug": "x", "name": "X", "order": 1, "match": ['team="search"'], "severity": "sev4"}
    told = api_client(owner).post("/api/v1/routes/dry-run/", body, format="json").json()
    assert (told["moved"], told["days"]) == (3, 7)
    longer = {**body, "days": 30}
    answer = api_client(owner).post("/api/v1/routes/dry-run/", longer, format="json")
    assert answer.json()["days"] == 30
    page = as_role("manager").post("/alerts/routes/new/", {**form, "days": "1"}).content.decode()
    assert "in 1 day," in page
    assert not Route.objects.exists()
    broken = {**body, "match": ["broken"]}
    answer = api_client(owner).post("/api/v1/routes/dry-run/", broken, format="json")
    assert answer.status_code == 400
