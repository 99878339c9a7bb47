"""The pages of alerts: list, detail, payload; what hostile text becomes on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert, Source
from catalog.models import System
from core.ids import new_id
from tests.alerts.scene import deliver, make_alert, make_source
from tests.cast import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<script>alert(1)</script>"
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def source(system: System) -> Source:
    return make_source(system_slug=system.slug)


@pytest.fixture
def viewer(stranger: User) -> Client:
    return sign_in(stranger)


def text(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, **headers)
    assert response.status_code == 200, response.content
    return response.content.decode()


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_nobody_reads_alerts_without_signing_in() -> None:
    response = Client().get("/alerts/")
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_the_list_says_what_appears_there_while_it_is_empty(viewer: Client) -> None:
    assert "Alerts about your AI systems appear here" in text(viewer, "/alerts/")


def test_the_list_keeps_its_filters_in_the_address(viewer: Client, source: Source) -> None:
    make_alert(source, "Recall is low")
    assert "Recall is low" in text(viewer, "/alerts/?q=recall&status=firing")
    page = text(viewer, "/alerts/?status=resolved")
    assert "Recall is low" not in page
    assert "No alert matches these filters" in page
    assert '<option value="resolved" selected>' in page


def test_nothing_firing_is_good_news_and_not_a_missing_match(viewer: Client) -> None:
    page = text(viewer, "/alerts/?status=firing")
    assert "Nothing is firing" in page
    assert "empty-clear" in page


def test_the_list_asks_for_its_rows_again_only_on_the_first_page(
    viewer: Client, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.selectors.PAGE_SIZE", 1)
    make_alert(source, "One")
    make_alert(source, "Two")
    first = viewer.get("/alerts/?q=&status=firing")
    assert b'hx-get="/alerts/?q=&amp;status=firing" hx-trigger="live"' in first.content
    following = viewer.get(first.context["pager"]["next_url"])
    assert b"One" in following.content
    assert b'data-live="alerts"' not in following.content


def test_a_fragment_is_the_rows_and_nothing_else(viewer: Client, source: Source) -> None:
    make_alert(source, "Recall is low")
    fragment = text(viewer, "/alerts/", **FRAGMENT)
    assert "Recall is low" in fragment
    assert "<html" not in fragment


def test_a_damaged_cursor_is_refused_with_a_sentence(viewer: Client) -> None:
    response = viewer.get("/alerts/?cursor=nonsense")
    assert response.status_code == 400
    assert b"Start from the first page" in response.content


def test_an_alert_shows_its_way_step_by_step(viewer: Client, source: Source) -> None:
    alert = make_alert(source, "Recall is low", labels={"region": "eu"}, description="Since noon")
    page = text(viewer, f"/alerts/{alert.pk}/")
    steps = ["Received from Evals.", "Read as generic: Recall is low", "Matched the default route"]
    assert [step for step in steps if step in page] == steps
    assert f'href="/alerts/receipts/{alert.first_receipt_id}/"' in page
    for shown in ("Since noon", "region", "Checkout assistant", "SEV3", "Firing"):
        assert shown in page


def test_the_incident_is_linked_for_those_who_may_see_it(
    viewer: Client, source: Source, owner: User
) -> None:
    alert = make_alert(source, "Recall is low")
    incident = alert.incident_link.incident
    link = f'href="/incidents/{incident.ref}/"'
    assert link in text(viewer, f"/alerts/{alert.pk}/")
    incident.private = True
    incident.save()
    page = text(viewer, f"/alerts/{alert.pk}/")
    assert link not in page
    assert incident.ref not in page


def test_hostile_text_is_shown_as_text_everywhere(viewer: Client, source: Source) -> None:
    body = {
        "title": HOSTILE,
        "key": HOSTILE,
        "labels": {HOSTILE: HOSTILE},
        "description": HOSTILE,
        "url": "javascript:alert(1)",
    }
    receipt = deliver(source, body, headers={"user-agent": HOSTILE})
    alert = Alert.objects.get(source=source)
    for path in (
        "/alerts/",
        f"/alerts/{alert.pk}/",
        f"/alerts/{alert.pk}/payload/",
        f"/alerts/receipts/{receipt.pk}/",
    ):
        page = text(viewer, path)
        assert HOSTILE not in page, path
        assert 'href="javascript:' not in page, path
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, path


def test_the_payload_is_handed_out_as_text_that_no_browser_runs(
    viewer: Client, source: Source
) -> None:
    receipt = deliver(source, b'{"title": "<script>alert(1)</script>", "key": "x"}')
    alert = Alert.objects.get(source=source)
    for path in (
        f"/alerts/{alert.pk}/payload/?download=1",
        f"/alerts/receipts/{receipt.pk}/raw/",
    ):
        response = viewer.get(path)
        assert response.content == bytes(receipt.body)
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["detail", "payload", "receipt", "receipt-raw"])
def test_what_is_not_there_is_a_404(name: str, viewer: Client) -> None:
    assert viewer.get(reverse(f"alerts:{name}", args=[new_id()])).status_code == 404


def test_pages_cost_the_same_with_more_alerts(viewer: Client, source: Source) -> None:
    alert = make_alert(source, "Alert 0")
    before = [cost(viewer, path) for path in ("/alerts/", f"/alerts/{alert.pk}/")]
    for number in range(1, 6):
        make_alert(make_source(f"more-{number}"), f"Alert {number}")
    assert [cost(viewer, path) for path in ("/alerts/", f"/alerts/{alert.pk}/")] == before
    assert before[0] <= 12
    assert before[1] <= 20


def test_every_role_reads_alerts(as_role: Callable[[str], Client], source: Source) -> None:
    alert = make_alert(source)
    for role in ("viewer", "responder", "manager", "admin"):
        client = as_role(role)
        for path in ("/alerts/", f"/alerts/{alert.pk}/", f"/alerts/{alert.pk}/payload/"):
            assert client.get(path).status_code == 200
