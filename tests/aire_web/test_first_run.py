"""The first run: from an empty installation to a page that arrives, step by step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Role, Team, User
from alerts.models import Receipt, Source, SourceKey
from catalog.models import System
from core.ids import new_id
from oncall.models import EscalationPolicy, Schedule, SystemPolicy
from oncall.selectors import on_call_now, policy_for_system
from tests.cast import make_team, make_user, sign_in
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import pigeon, work_off

__all__ = ["pigeon"]

pytestmark = pytest.mark.django_db
HOSTILE = '<img src=x onerror="alert(1)">\u202e' + "\u0301" * 40
STEPS = ("team", "system", "source", "on-call", "test-page")
ON_CALL = {
    "name": "Assistants on-call", "weekday": "0", "handoff": "09:00",
    "time_zone": "Europe/Berlin", "then_team": "assistants", "minutes": "7",
}  # fmt: skip


@pytest.fixture
def admin(db: None) -> User:
    return make_user("Olga Owner", Role.ADMIN)


@pytest.fixture
def browser(admin: User) -> Client:
    return sign_in(admin)


def html(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def take_team(browser: Client, admin: User, **more: Any) -> str:
    form = {"name": "Assistants", "members": [admin.email], **more}
    return browser.post("/first-run/team/", form).headers["Location"]


def take_system(browser: Client, **more: Any) -> str:
    form = {"name": "Support assistant", "kind": "llm", "tier": "1", "team": "assistants", **more}
    return browser.post("/first-run/system/", form).headers["Location"]


def take_source(browser: Client, **more: Any) -> str:
    form = {"format": "alertmanager", "name": "Production", "system": "", **more}
    answer = browser.post("/first-run/source/", form)
    assert answer.status_code == 200
    return answer.content.decode()


def hear_an_alert(source: Source) -> None:
    Receipt.objects.create(source=source, format=source.format, body=b"{}", state="done", signals=1)


def test_five_steps_lead_an_admin_from_nothing_to_a_page(
    browser: Client, admin: User, pigeon: FakeChannel
) -> None:
    assert "Nothing is set up yet" in html(browser, "/")
    assert "0 of 5 steps" in html(browser, "/first-run/")
    assert take_team(browser, admin) == "/first-run/system/"
    assert take_system(browser) == "/first-run/source/"
    shown = take_source(browser, system="support-assistant")
    assert "Waiting for the first alert" in shown
    hear_an_alert(Source.objects.get())
    answer = browser.post(
        "/first-run/on-call/",
        {**ON_CALL, "system": "support-assistant", "people": [admin.email]},
    )
    assert answer.headers["Location"] == "/first-run/test-page/"
    assert browser.post("/first-run/test-page/", {"token": new_id()}).status_code == 302
    work_off()
    assert "Everything is set up" in html(browser, "/first-run/")
    assert "first-run" not in html(browser, "/")


def test_the_key_of_a_source_is_shown_once_and_opens_it(browser: Client) -> None:
    key = re.search(r"/in/([^/]+)/alertmanager/", take_source(browser))
    assert key is not None
    assert SourceKey.objects.get().hint
    assert key.group(1) not in html(browser, "/first-run/source/")
    assert "YOUR-KEY" in html(browser, "/first-run/source/")


def test_the_only_system_is_proposed_for_the_source(browser: Client) -> None:
    take_system(browser, team="")
    assert '<option value="support-assistant" selected>' in html(browser, "/first-run/source/")


def test_a_source_that_waits_says_so_until_an_alert_arrives(browser: Client) -> None:
    take_source(browser)
    assert "Go on: set up on-call" in html(browser, "/first-run/source/")
    assert "Waiting for the first alert" in html(browser, "/first-run/")
    hear_an_alert(Source.objects.get())
    assert "Alerts arrive" in html(browser, "/first-run/")


def test_a_test_alert_is_followed_and_does_not_count_as_an_alert(browser: Client) -> None:
    take_source(browser)
    slug = Source.objects.get().slug
    answer = browser.post(f"/first-run/source/{slug}/test/")
    assert answer.headers["Location"] == "/first-run/source/"
    path = f"/first-run/source/{slug}/tried/"
    fragment = browser.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "The test is on its way" in fragment
    assert "hx-get" in fragment
    Receipt.objects.update(state="done", signals=2)
    fragment = browser.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "was read: 2 signals" in fragment
    assert "hx-get" not in fragment
    assert "Waiting for the first alert" in html(browser, "/first-run/")


def test_on_call_is_a_weekly_schedule_and_a_policy_that_the_system_pages_by(
    browser: Client, admin: User
) -> None:
    take_team(browser, admin)
    take_system(browser)
    form = {**ON_CALL, "system": "support-assistant", "people": [admin.email]}
    browser.post("/first-run/on-call/", form)
    [now] = on_call_now()
    assert now.duty is not None
    assert now.duty.user == admin
    policy = policy_for_system(System.objects.get())
    assert policy is not None
    assert policy.is_fallback
    first, second = policy.steps.all()
    assert first.targets.get().schedule == Schedule.objects.get()
    assert (second.after_seconds, second.targets.get().team) == (420, Team.objects.get())


def test_somebody_is_on_call_at_once_and_hands_over_at_the_wall_clock(
    browser: Client, admin: User
) -> None:
    ben = make_user("Ben", Role.RESPONDER)
    take_team(browser, admin)
    take_system(browser)
    people = [admin.email, ben.email]
    browser.post(
        "/first-run/on-call/", {**ON_CALL, "system": "support-assistant", "people": people}
    )
    [now] = on_call_now()
    assert now.next is not None
    assert now.next.user in (admin, ben)
    local = now.next.start.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)


def test_a_schedule_that_is_there_is_used_and_not_made_again(browser: Client, admin: User) -> None:
    take_team(browser, admin)
    take_system(browser)
    browser.post(
        "/first-run/on-call/", {**ON_CALL, "system": "support-assistant", "people": [admin.email]}
    )
    SystemPolicy.objects.all().delete()
    EscalationPolicy.objects.all().delete()
    page = html(browser, "/first-run/on-call/")
    assert "Who takes turns" not in page
    browser.post(
        "/first-run/on-call/",
        {"system": "support-assistant", "schedule": "assistants-on-call", "minutes": "5"},
    )
    assert Schedule.objects.count() == 1
    assert SystemPolicy.objects.get().policy.steps.count() == 1


def test_a_policy_that_is_there_is_only_bound(browser: Client, admin: User) -> None:
    take_team(browser, admin)
    take_system(browser)
    browser.post(
        "/first-run/on-call/", {**ON_CALL, "system": "support-assistant", "people": [admin.email]}
    )
    take_system(browser, name="Search")
    form = {"system": "search", "policy": "assistants-on-call"}
    browser.post("/first-run/on-call/", form)
    assert SystemPolicy.objects.count() == 2
    assert EscalationPolicy.objects.count() == 1


def test_on_call_asks_for_a_system_first(browser: Client) -> None:
    assert "A system first" in html(browser, "/first-run/on-call/")


def test_what_was_made_elsewhere_counts(browser: Client, admin: User) -> None:
    make_team("assistants", admin)
    page = html(browser, "/first-run/")
    assert "1 of 5 steps" in page
    assert "Add a system</a></div>" in page


def test_it_is_left_and_taken_up_again(browser: Client, admin: User) -> None:
    take_team(browser, admin)
    assert "1 of 5 steps" in html(browser, "/")
    assert browser.post("/first-run/leave/").headers["Location"] == "/"
    assert browser.post("/first-run/leave/").status_code == 302
    assert "steps of setting up" not in html(browser, "/")
    assert "steps of setting up" in html(sign_in(make_user("Max", Role.MANAGER)), "/")
    assert "First run" in html(browser, "/settings/")
    assert take_system(browser) == "/first-run/source/"


def test_the_offer_costs_one_query(
    browser: Client, admin: User, django_assert_num_queries: Any
) -> None:
    from aire_web.first_run.progress import progress

    with django_assert_num_queries(1):
        progress(admin)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESPONDER])
@pytest.mark.parametrize("step", ["", *(f"{name}/" for name in STEPS)])
def test_only_managers_set_up(as_role: Callable[[str], Client], role: str, step: str) -> None:
    visitor = as_role(role)
    assert visitor.get(f"/first-run/{step}").status_code == 403
    if step:
        assert visitor.post(f"/first-run/{step}", {"name": "X"}).status_code == 403


def test_nobody_else_is_offered_the_first_run(as_role: Callable[[str], Client]) -> None:
    assert "first-run" not in html(as_role(Role.RESPONDER), "/")


def test_a_stranger_is_sent_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/first-run/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("step", ["", *(f"{name}/" for name in STEPS)])
def test_hostile_names_are_shown_as_text(browser: Client, admin: User, step: str) -> None:
    assert take_team(browser, admin, name=HOSTILE) == "/first-run/system/"
    take_system(browser, name=HOSTILE, team=Team.objects.get().slug)
    take_source(browser, name=HOSTILE)
    assert "<img" not in html(browser, f"/first-run/{step}")


@pytest.mark.parametrize("name", ["新しいチーム", "new", "---", "٠٠٠", "x" * 120])
def test_every_name_gets_a_short_name(browser: Client, admin: User, name: str) -> None:
    assert take_team(browser, admin, name=name) == "/first-run/system/"
    assert take_system(browser, name=name, team="") == "/first-run/source/"
    assert Team.objects.get().slug not in ("", "new")
    assert System.objects.get().slug not in ("", "new")


def test_names_of_the_same_letters_do_not_overwrite_each_other(
    browser: Client, admin: User
) -> None:
    for name in ("Über", "Uber", "uber!"):
        take_team(browser, admin, name=name)
    assert sorted(Team.objects.values_list("slug", flat=True)) == ["uber", "uber-2", "uber-3"]


def test_a_form_sent_twice_says_that_the_name_is_taken(browser: Client, admin: User) -> None:
    take_team(browser, admin)
    answer = browser.post("/first-run/team/", {"name": "assistants", "members": [admin.email]})
    assert answer.status_code == 422
    assert "There is a team of this name already" in answer.content.decode()
    assert Team.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"time_zone": "Mars/Olympus"}, {"time_zone": "../etc/passwd"}, {"weekday": "9"},
     {"people": ["nobody@example.org"]}, {"minutes": "0"}, {"system": "\x00"}, {"handoff": "late"}],
)  # fmt: skip
def test_input_that_means_nothing_is_refused_with_a_sentence(
    browser: Client, admin: User, wrong: dict[str, Any]
) -> None:
    take_team(browser, admin)
    take_system(browser)
    form = {**ON_CALL, "system": "support-assistant", "people": [admin.email], **wrong}
    answer = browser.post("/first-run/on-call/", form)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode() or "callout-error" in answer.content.decode()
    assert not Schedule.objects.exists()
