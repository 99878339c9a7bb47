"""The settings pages: who may open and post what, and what they show."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from accounts.authentication import live_key
from accounts.models import ApiKey, AuditEntry, Role, Team, User
from accounts.selectors import hidden_audit_lines
from accounts.services import create_api_key
from accounts.settings_index import AREAS, Entry
from tests.cast import TESTER, actor_of, make_team, make_user, sign_in

EVIL = "<script>alert(1)</script>"
EVERYBODY = {"viewer", "responder", "manager", "admin"}
MANAGERS = {"manager", "admin"}
MATRIX = [
    ("get", "/settings/", EVERYBODY),
    ("get", "/settings/profile/", EVERYBODY),
    ("get", "/settings/keys/", EVERYBODY),
    ("get", "/settings/teams/", EVERYBODY),
    ("get", "/settings/teams/ops/", EVERYBODY),
    ("get", "/settings/teams/new/", MANAGERS),
    ("get", "/settings/teams/ops/edit/", MANAGERS),
    ("post", "/settings/teams/ops/edit/", MANAGERS),
    ("get", "/settings/people/", MANAGERS),
    ("get", "/settings/audit/", MANAGERS),
    ("post", "/settings/people/", {"admin"}),
    ("get", "/settings/people/{target}/", {"admin"}),
    ("post", "/settings/people/{target}/", {"admin"}),
    ("post", "/settings/people/{target}/deactivate/", {"admin"}),
    ("post", "/settings/people/{target}/activate/", {"admin"}),
]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("method", "path", "allowed"), MATRIX)
def test_each_role_opens_exactly_its_pages(
    owner: User,
    as_role: Callable[[str], Client],
    method: str,
    path: str,
    allowed: set[str],
    role: str,
) -> None:
    target = make_user("Tina Target")
    make_team("ops", target)
    answer = getattr(as_role(role), method)(path.format(target=target.pk))
    assert answer.status_code in ({200, 302} if role in allowed else {403})


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "allowed"), MATRIX)
def test_without_signing_in_every_page_leads_to_the_sign_in(
    method: str, path: str, allowed: set[str]
) -> None:
    answer = getattr(Client(), method)(path.format(target=1))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_a_post_without_the_csrf_token_is_refused(owner: User) -> None:
    browser = sign_in(owner, enforce_csrf_checks=True)
    answer = browser.post("/settings/profile/", {"name": "x", "time_zone": "UTC"})
    assert answer.status_code == 403
    owner.refresh_from_db()
    assert owner.name == "Olga Owner"


def test_the_index_leaves_out_what_the_role_cannot_open(stranger: User, owner: User) -> None:
    assert "/settings/audit/" not in sign_in(stranger).get("/settings/").content.decode()
    assert "/settings/audit/" in sign_in(owner).get("/settings/").content.decode()


ENTRIES = [entry for area in AREAS for entry in area.entries]


@pytest.mark.parametrize("role", Role.values)
def test_each_role_sees_exactly_the_settings_that_it_may_open(
    owner: User, as_role: Callable[[str], Client], role: str
) -> None:
    browser = as_role(role)
    page = browser.get("/settings/").content.decode()
    shown = {entry.name for entry in ENTRIES if f'href="{reverse(entry.name)}"' in main(page)}
    opens = {e.name for e in ENTRIES if browser.get(reverse(e.name)).status_code in (200, 302)}
    assert shown == opens


@pytest.mark.parametrize(("text", "title"), [("jira", "Trackers"), ("on-call sched", "Schedules")])
def test_the_settings_are_filtered_by_the_beginnings_of_words(
    owner: User, text: str, title: str
) -> None:
    for more in ({}, {"fragment": "1"}):
        page = main(sign_in(owner).get("/settings/", {"q": text, **more}).content.decode())
        assert re.findall(r'class="strong" href="[^"]+">([^<]+)<', page) == [title]


@pytest.mark.parametrize("text", ["no such thing", EVIL, "\x00x", "x" * 5000])
def test_a_filter_that_fits_nothing_says_so(stranger: User, text: str) -> None:
    answer = sign_in(stranger).get("/settings/", {"q": text})
    assert answer.status_code == 200
    assert "No setting has these words" in answer.content.decode()
    assert EVIL not in answer.content.decode()


def main(page: str) -> str:
    return page.split("<main", 1)[-1]


def test_the_search_finds_settings_by_name_and_only_ones_own(stranger: User, owner: User) -> None:
    assert "/alerts/noise/" in sign_in(stranger).get("/search/palette/?q=noise").content.decode()
    assert sign_in(owner).get("/search/?q=audit+trail")["Location"] == "/settings/audit/"
    found = sign_in(stranger).get("/search/palette/?q=audit+trail").content.decode()
    assert "/settings/audit/" not in found


def test_every_line_of_the_settings_is_there_once() -> None:
    assert all(isinstance(entry, Entry) for entry in ENTRIES)
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.title for entry in ENTRIES}) == len(ENTRIES)


def test_saving_the_profile_also_forgets_this_browsers_own_theme(stranger: User) -> None:
    data = {"name": "Sam", "time_zone": "Europe/Berlin", "theme": "dark"}
    answer = sign_in(stranger).post("/settings/profile/", data)
    stranger.refresh_from_db()
    assert (stranger.name, stranger.time_zone, stranger.theme) == ("Sam", "Europe/Berlin", "dark")
    assert answer.cookies["aire_theme"]["max-age"] == 0


def test_single_keys_are_on_until_somebody_switches_them_off(stranger: User) -> None:
    browser = sign_in(stranger)
    assert 'data-keys="off"' not in browser.get("/settings/").content.decode()
    data = {"name": "Sam", "time_zone": "UTC", "theme": ""}
    browser.post("/settings/profile/", data)
    page = browser.get("/settings/").content.decode()
    assert 'data-keys="off"' in page
    assert "Single keys are off" in page
    browser.post("/settings/profile/", {**data, "single_keys": "on"})
    assert 'data-keys="off"' not in browser.get("/settings/").content.decode()


def test_a_profile_with_an_unknown_zone_says_so_beside_the_field(stranger: User) -> None:
    data = {"name": "Sam", "time_zone": "Mars/Olympus", "theme": ""}
    page = sign_in(stranger).post("/settings/profile/", data).content.decode()
    assert "This time zone is not known" in page


def test_a_new_key_is_shown_once_and_works(teammate: User) -> None:
    browser = sign_in(teammate)
    data = {"name": "deploys", "scopes": ["read", "write"], "expires_at": ""}
    page = browser.post("/settings/keys/", data).content.decode()
    raw = re.search(r"aire_[a-z2-7]{36}", page)
    assert raw is not None
    assert live_key(raw[0]) is not None
    assert raw[0] not in browser.get("/settings/keys/").content.decode()


def test_nobody_revokes_or_sees_the_key_of_another(teammate: User, owner: User) -> None:
    key, raw = create_api_key(user=teammate, name="mine", scopes=["read"], actor=TESTER)
    browser = sign_in(owner)
    assert browser.post(f"/settings/keys/{key.pk}/revoke/").status_code == 404
    assert "mine" not in browser.get("/settings/keys/").content.decode()
    assert live_key(raw) is not None


def test_ones_own_key_is_revoked_by_post_only(teammate: User) -> None:
    key, raw = create_api_key(user=teammate, name="mine", scopes=["read"], actor=TESTER)
    browser = sign_in(teammate)
    assert browser.get(f"/settings/keys/{key.pk}/revoke/").status_code == 405
    browser.post(f"/settings/keys/{key.pk}/revoke/")
    assert live_key(raw) is None
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None


def test_an_invitation_makes_a_password_that_signs_in(owner: User) -> None:
    data = {"email": "ben@example.org", "name": "Ben", "role": "responder", "time_zone": "UTC"}
    page = sign_in(owner).post("/settings/people/", data).content.decode()
    made = re.search(r"<code tabindex=\"0\">([^<]+)</code>", page)
    assert made is not None
    assert User.objects.get(email="ben@example.org").check_password(made[1])


def test_inviting_somebody_who_is_here_changes_nothing(owner: User, teammate: User) -> None:
    data = {"email": teammate.email.upper(), "name": "X", "role": "admin", "time_zone": "UTC"}
    page = sign_in(owner).post("/settings/people/", data).content.decode()
    teammate.refresh_from_db()
    assert "is here already" in page
    assert teammate.role == Role.RESPONDER


def test_the_last_admin_is_told_why_they_cannot_be_deactivated(owner: User) -> None:
    browser = sign_in(owner)
    answer = browser.post(f"/settings/people/{owner.pk}/deactivate/", follow=True)
    assert "This is the last active admin" in answer.content.decode()


def test_hostile_names_are_escaped_on_every_page(owner: User) -> None:
    evil = make_user("Eve", name=EVIL)
    make_team("evil", evil, name=EVIL)
    create_api_key(user=owner, name=EVIL, scopes=["read"], actor=actor_of(owner))
    browser = sign_in(owner)
    paths = (
        "people/",
        f"people/{evil.pk}/",
        "teams/",
        "teams/evil/",
        "teams/evil/edit/",
        "keys/",
        "audit/",
    )
    for path in paths:
        page = browser.get(f"/settings/{path}").content.decode()
        assert EVIL not in page
        assert "&lt;script&gt;alert(1)" in page, path


def test_a_team_is_made_and_changed_on_its_pages(owner: User, teammate: User) -> None:
    browser = sign_in(owner)
    data = {"slug": "ops", "name": "Ops", "members": [owner.email, teammate.email]}
    assert browser.post("/settings/teams/new/", data)["Location"] == "/settings/teams/ops/"
    browser.post("/settings/teams/ops/edit/", {"name": "Operations", "members": [owner.email]})
    team = Team.objects.get(slug="ops")
    assert (team.name, team.members.count()) == ("Operations", 1)


def test_adding_a_team_under_a_taken_name_changes_nothing(owner: User, team: Team) -> None:
    data = {"slug": team.slug, "name": "Other", "members": []}
    page = sign_in(owner).post("/settings/teams/new/", data).content.decode()
    assert "has this short name already" in page
    assert Team.objects.get(slug=team.slug).name == team.name


def test_people_and_teams_cost_the_same_at_thirty_as_at_three(
    owner: User, django_assert_max_num_queries
) -> None:
    people = [make_user(f"Person {number}") for number in range(30)]
    for number in range(10):
        make_team(f"team-{number}", *people)
    browser = sign_in(owner)
    for path in ("people/", "teams/", "teams/team-1/", "audit/"):
        with django_assert_max_num_queries(8):
            assert browser.get(f"/settings/{path}").status_code == 200


def test_the_audit_trail_is_filtered_by_target_and_person_and_paged(owner: User) -> None:
    for number in range(55):
        make_user(f"Person {number}")
    make_team("ops", owner)
    browser = sign_in(owner)
    first = browser.get("/settings/audit/", {"kind": "user"})
    lines = first.context["page"].items
    assert len(lines) == 50
    assert {line.target_kind for line in lines} == {"user"}
    rest = browser.get(first.context["pager"].next_url).context["page"].items
    assert len(rest) == 6
    one = browser.get("/settings/audit/", {"kind": "team", "ref": "ops"}).context["page"].items
    assert [line.action for line in one] == ["team.create"]
    assert browser.get("/settings/audit/", {"person": owner.pk}).context["page"].items == []


@pytest.mark.parametrize(
    "query", [{"person": "x"}, {"person": "9" * 30}, {"kind": "\x00"}, {"cursor": "bent"}]
)
def test_no_filter_breaks_the_audit_trail(owner: User, query: dict[str, str]) -> None:
    assert sign_in(owner).get("/settings/audit/", query).status_code in (200, 400)


def test_a_room_can_hide_the_lines_of_what_a_person_may_not_see(
    owner: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hidden_audit_lines, "_items", {"t": lambda user: Q(target_kind="team")})
    lines = sign_in(owner).get("/settings/audit/").context["page"].items
    assert "team" not in {line.target_kind for line in lines}
    assert AuditEntry.objects.filter(target_kind="team").exists()
