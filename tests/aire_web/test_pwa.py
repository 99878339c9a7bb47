"""The on-call home as an app: manifest, service worker, offline page, and what it weighs."""

from __future__ import annotations

import gzip
import json
import re
import struct
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import Role, User
from core import clock
from core.actor import program
from incidents import services as incidents
from incidents.models import IncidentEvent
from oncall import services as oncall
from oncall.models import Page
from tests.cast import actor_of, make_system, make_team, make_user, sign_in
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import pigeon, work_off

__all__ = ["pigeon"]

pytestmark = pytest.mark.django_db
FIRST_LOAD_BYTES = 60 * 1024
LINKED = re.compile(r'<(?:link|script|use)[^>]*?(?:href|src)="(/static/[^"#?]+)')


@pytest.fixture
def ana(db: None) -> User:
    return make_user("Ana Ruiz", Role.RESPONDER)


def static_bytes(url: str) -> bytes:
    found = finders.find(url.removeprefix("/static/"))
    assert isinstance(found, str), url
    return Path(found).read_bytes()


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def burning_home(ana: User) -> None:
    """An evening that went wrong: paged, on call, incidents of mine and of my team."""
    team = make_team("assistants", ana)
    policy = oncall.save_policy(
        slug="p", name="P", steps=[{"targets": [{"user": ana.email}]}], actor=program()
    )
    for number in range(4):
        system = make_system(f"system-{number}", team_slug=team.slug)
        incidents.open_incident(
            title=f"Answers in the wrong language in shop number {number}",
            severity="sev1", systems=[system], policy=policy, actor=program(), page=number < 2,
        )  # fmt: skip
        oncall.save_schedule(
            slug=f"s{number}", name=f"Schedule {number}", time_zone="UTC", actor=program(),
            rotations=[{"name": "Weekly", "users": [ana.email],
                        "starts": clock.now() - timedelta(days=30)}],
        )  # fmt: skip
    work_off()


def test_the_first_load_of_the_on_call_home_weighs_at_most_60_kb(
    ana: User, pigeon: FakeChannel
) -> None:
    burning_home(ana)
    html = sign_in(ana).get("/on-call/").content
    assert html.count(b"Acknowledge INC-") == 2
    linked = sorted(set(LINKED.findall(html.decode())))
    assert "/static/css/components.css" in linked
    assert "/static/icons.svg" in linked
    sizes = {url: packed(static_bytes(url)) for url in linked}
    assert packed(html) + sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


def test_the_manifest_starts_at_the_on_call_home_and_its_icons_exist(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["start_url"], manifest["scope"]) == ("/on-call/", "/")
    assert manifest["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        width, height = struct.unpack(">II", static_bytes(icon["src"])[16:24])
        assert icon["sizes"] == f"{width}x{height}"


def test_every_page_names_the_manifest_and_the_icon_for_a_home_screen(ana: User) -> None:
    html = sign_in(ana).get("/on-call/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    touch = re.search(r'<link rel="apple-touch-icon" href="([^"]+)">', html)
    assert touch is not None
    assert struct.unpack(">II", static_bytes(touch.group(1))[16:24]) == (180, 180)


def test_the_service_worker_is_served_from_the_root_and_never_stale(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"


def kept_by_the_worker(client: Client) -> list[str]:
    script = client.get("/sw.js").content.decode()
    found = re.search(r"const KEPT = (\[.*\]);", script)
    assert found is not None
    kept: list[str] = json.loads(found.group(1))
    return kept


def test_the_worker_keeps_static_files_and_the_offline_page_and_nothing_else(
    client: Client,
) -> None:
    first, *files = kept_by_the_worker(client)
    assert first == "/offline/"
    assert files
    for url in files:
        assert url.startswith("/static/")
        assert static_bytes(url)
    script = client.get("/sw.js").content.decode()
    assert re.findall(r"\.put\((\w+)", script) == ["SEEN", "SEEN"]
    assert script.count(".addAll(") == 1
    assert 'credentials: "omit"' in script


def test_what_is_kept_needs_nobody_signed_in_and_names_nobody(client: Client, ana: User) -> None:
    browser = sign_in(ana)
    browser.post("/settings/profile/", {"name": ana.name, "time_zone": "UTC", "theme": "dark"})
    for visitor in (client, browser):
        answer = visitor.get("/offline/")
        assert answer.status_code == 200
        assert "Not connected" in answer.content.decode()
        assert "Ana" not in answer.content.decode()
        assert "csrf" not in answer.content.decode()
        assert not answer.cookies
    assert client.get("/offline/").content == browser.get("/offline/").content
    assert "Your profile is saved" in browser.get("/settings/profile/").content.decode()


def test_the_offline_page_has_the_places_that_the_worker_fills(client: Client) -> None:
    html = client.get("/offline/").content.decode()
    assert html.count("an unknown time") == 1
    assert html.count(" hidden>") == 1
    # Paper and documents have no place on it.
    assert set(LINKED.findall(html)) - {
        "/static/css/print.css",
        "/static/css/documents.css",
        "/static/css/schedules.css",
        "/static/icons/icon-apple-180.png",
    } <= set(kept_by_the_worker(client))


@pytest.mark.parametrize("path", ["/", "/on-call/", "/incidents/", "/inbox/", "/first-run/"])
def test_no_signed_in_page_may_be_kept_by_anybody(path: str) -> None:
    answer = sign_in(make_user("Olga", Role.ADMIN)).get(path)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_page_is_acknowledged_by_a_plain_form_and_again_without_harm(
    ana: User, pigeon: FakeChannel
) -> None:
    burning_home(ana)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)
    html = browser.get("/on-call/").content.decode()
    form = re.search(
        r'<form method="post" action="([^"]+)"><input type="hidden" name="csrfmiddlewaretoken" '
        r'value="([^"]+)"><button class="btn btn-page btn-big btn-block">',
        html,
    )
    assert form is not None
    sent = {"csrfmiddlewaretoken": form.group(2)}
    assert browser.post(form.group(1), sent).status_code == 302
    lines = IncidentEvent.objects.count()
    again = browser.post(form.group(1), sent, follow=True)
    assert "cknowledged" in again.content.decode()
    assert IncidentEvent.objects.count() == lines
    assert Page.objects.filter(acknowledged_at=None).count() == 1


def test_the_home_says_first_whether_i_am_paged_then_what_burns_then_what_i_can_do(
    ana: User, pigeon: FakeChannel
) -> None:
    burning_home(ana)
    html = sign_in(ana).get("/on-call/").content.decode()
    places = [
        html.index(words)
        for words in ("You are paged", "Acknowledge INC-", "My open incidents",
                      "Burning in my team", "Quick actions", "Who is on call")
    ]  # fmt: skip
    assert places == sorted(places)
    assert "Page someone for INC-" in html
    assert "Take over a shift" in html


def test_what_others_work_on_in_private_is_not_on_my_home(ana: User) -> None:
    other = make_user("Ben", Role.RESPONDER)
    system = make_system("assistant", team_slug=make_team("assistants", ana).slug)
    incidents.open_incident(
        title="Leaked prompt", severity="sev1", systems=[system], private=True,
        actor=actor_of(other), page=False,
    )  # fmt: skip
    html = sign_in(ana).get("/on-call/").content.decode()
    assert "Leaked prompt" not in html
    assert "Nothing burns in the systems of your teams" in html


def test_a_viewer_is_offered_nothing_that_they_may_not_do(db: None) -> None:
    html = sign_in(make_user("Vera")).get("/on-call/").content.decode()
    assert "Take over a shift" not in html
    assert "Page someone" not in html


def test_an_unchanged_home_is_answered_without_a_body(ana: User) -> None:
    browser = sign_in(ana)
    html = browser.get("/on-call/").content.decode()
    tag = re.search(r'data-tag="([^"]+)"', html[html.index('id="home"') :])
    assert tag is not None
    headers = {"HX-Request": "true", "If-None-Match": f'"{tag.group(1)}"'}
    assert browser.get("/on-call/?fragment=live", headers=headers).status_code == 304
    incidents.open_incident(title="New", severity="sev2", actor=actor_of(ana), page=False)
    answer = browser.get("/on-call/?fragment=live", headers=headers)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
