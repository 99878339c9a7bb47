"""Follow-ups and issues in step, both ways, whatever the tracker does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from core import clock
from core.obligations import overdue
from postmortems.actions import services as action_services
from postmortems.models import Action, Tracker, TrackerLink
from postmortems.tracking import services, sync
from tests.cast import actor_of
from tests.fakes import github as fake_github
from tests.fakes import jira as fake_jira
from tests.fakes.github import FakeGitHub
from tests.fakes.jira import FakeJira
from tests.fakes.tracker_server import Answer
from tests.postmortems.actions.cast import make_action, move_action

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _local(settings: Any) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub() as fake:
        yield fake


@pytest.fixture
def jira() -> Iterator[FakeJira]:
    with FakeJira() as fake:
        yield fake


def connect(owner: User, fake: Any, **more: Any) -> Tracker:
    wanted: dict[str, Any] = {"slug": "work", "name": "Work", "base_url": fake.url}
    if isinstance(fake, FakeGitHub):
        wanted |= {"kind": "github", "options": {"repository": fake.repository}}
        wanted |= {"token": fake_github.TOKEN, "webhook_secret": fake_github.SECRET}
    else:
        options = {"project": fake.project, "email": fake_jira.ACCOUNT}
        wanted |= {"kind": "jira", "options": options}
        wanted |= {"token": fake_jira.TOKEN, "webhook_secret": fake_jira.SECRET}
    return services.save_tracker(actor=actor_of(owner), **{**wanted, **more})


def linked(owner: User, fake: Any, **more: Any) -> Action:
    action = make_action(owner, **more)
    services.link_action(action=action, tracker=connect(owner, fake), actor=actor_of(owner))
    return action


def work() -> TrackerLink:
    """Everything that is due now, including what waits for a second try."""
    TrackerLink.objects.filter(state="pending").update(due_at=clock.now() - timedelta(seconds=1))
    sync.run_due_links()
    return TrackerLink.objects.get()


def test_an_action_becomes_an_issue_with_all_that_is_needed_to_do_it(
    owner: User, github: FakeGitHub
) -> None:
    action = linked(owner, github, title="Watch drift", done_criterion="The alert fires")
    link = work()
    issue = github.issues[1]
    assert issue["title"] == "Watch drift"
    assert "**Done when:** The alert fires" in issue["body"]
    assert f"/actions/{action.ref}/" in issue["body"]
    assert (link.state, link.external_id, link.url) == ("synced", "1", issue["html_url"])
    action.refresh_from_db()
    assert action.external_url == issue["html_url"]


@pytest.mark.parametrize(
    ("to", "more", "state", "reason"),
    [
        ("done", {}, "closed", "completed"),
        ("wont_do", {"reason": "Retired"}, "closed", "not_planned"),
        ("in_progress", {}, "open", None),
    ],
)
def test_what_is_changed_here_is_told_there(
    owner: User, github: FakeGitHub, to: str, more: dict[str, str], state: str, reason: str | None
) -> None:
    action = linked(owner, github)
    work()
    action_services.change_action(action_id=action.pk, actor=actor_of(owner), title="Better")
    move_action(action, to, owner, **more)
    assert work().state == "synced"
    issue = github.issues[1]
    assert (issue["title"], issue["state"], issue["state_reason"]) == ("Better", state, reason)


@pytest.mark.parametrize(("reason", "to"), [("completed", "done"), ("not_planned", "wont_do")])
def test_an_issue_that_is_closed_there_is_over_here_even_without_a_webhook(
    owner: User, github: FakeGitHub, reason: str, to: str
) -> None:
    action = linked(owner, github)
    work()
    github.close(1, reason)
    TrackerLink.objects.update(last_ok_at=clock.now() - timedelta(hours=2))
    assert sync.look_again() == 1
    assert work().state == "synced"
    action.refresh_from_db()
    assert action.status == to
    told = action.events.latest("at")
    assert told.actor_label == "Work"
    github.reopen(1)
    TrackerLink.objects.update(state="pending")
    work()
    action.refresh_from_db()
    assert action.status == "in_progress"


def test_where_both_sides_changed_the_word_of_aire_counts(owner: User, github: FakeGitHub) -> None:
    action = linked(owner, github)
    work()
    github.close(1)
    move_action(action, "in_progress", owner)
    assert work().state == "synced"
    action.refresh_from_db()
    assert (action.status, github.issues[1]["state"]) == ("in_progress", "open")


def test_closing_over_there_does_not_get_round_the_rules(owner: User, github: FakeGitHub) -> None:
    action = linked(owner, github, type="detect", cause="drift.concept")
    work()
    github.close(1)
    TrackerLink.objects.update(state="pending")
    link = work()
    action.refresh_from_db()
    assert action.status == "open"
    assert "link the evaluation case or the SLI" in link.error
    assert action.events.filter(kind="tracker", text__contains="link the evaluation").exists()


@pytest.mark.parametrize(
    "fault", [Answer(503, "down"), Answer(200, "<html>"), Answer(200, {}), Answer(201, [])]
)
def test_a_tracker_that_is_down_or_talks_nonsense_loses_nothing(
    owner: User, github: FakeGitHub, fault: Answer
) -> None:
    linked(owner, github)
    github.faults.append(fault)
    link = work()
    assert link.state == "pending"
    assert link.due_at > clock.now()
    assert "tried again by itself" in link.error
    assert Tracker.objects.get().last_error == link.error
    assert work().state == "synced"
    assert Tracker.objects.get().last_error == ""
    assert len(github.issues) == 1


def test_an_answer_that_was_lost_makes_no_second_issue(owner: User, github: FakeGitHub) -> None:
    linked(owner, github)
    github.lost = 1
    assert work().state == "pending"
    link = work()
    assert (link.state, link.external_id, len(github.issues)) == ("synced", "1", 1)


def test_nobody_at_the_address_is_retried_and_said(owner: User, github: FakeGitHub) -> None:
    action = make_action(owner)
    tracker = connect(owner, github, base_url="http://127.0.0.1:1")
    services.link_action(action=action, tracker=tracker, actor=actor_of(owner))
    link = work()
    assert (link.state, "cannot be reached" in link.error) == ("pending", True)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Answer(401, {"message": "Bad credentials"}), "does not accept the token (“Bad cred"),
        (Answer(404, {"message": "Not Found"}), "Check the name of the project"),
        (Answer(422, {"message": "Validation Failed"}), "refuses what was sent"),
    ],
)
def test_what_cannot_be_mended_by_waiting_waits_for_a_person(
    owner: User, github: FakeGitHub, fault: Answer, said: str
) -> None:
    action = linked(owner, github)
    github.faults.append(fault)
    link = work()
    assert link.state == "failed"
    assert said in link.error
    services.retry_link(action=action)
    assert work().state == "synced"


def test_a_limit_of_calls_is_kept(owner: User, github: FakeGitHub) -> None:
    linked(owner, github)
    headers = (("X-RateLimit-Remaining", "0"), ("Retry-After", "900"))
    github.faults.append(Answer(403, {"message": "API rate limit exceeded"}, headers))
    link = work()
    assert link.state == "pending"
    assert link.due_at - clock.now() > timedelta(seconds=850)


def test_a_private_address_is_refused_until_an_admin_allows_it(
    owner: User, github: FakeGitHub, settings: Any
) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    linked(owner, github)
    link = work()
    assert link.state == "failed"
    assert "AIRE_ALLOW_PRIVATE_NETWORK" in link.error
    assert github.calls == []


def test_hostile_words_of_a_tracker_stay_short_words(owner: User, github: FakeGitHub) -> None:
    linked(owner, github)
    github.faults.append(
        Answer(422, {"message": "<script>\x00\ud800" + "x" * 5_000, "errors": [1]})
    )
    link = work()
    assert link.state == "failed"
    assert len(link.error) < 600


def test_an_issue_that_was_deleted_there_says_what_to_do(owner: User, github: FakeGitHub) -> None:
    linked(owner, github)
    work()
    github.issues.clear()
    TrackerLink.objects.update(state="pending")
    link = work()
    assert (link.state, "Take the link away" in link.error) == ("failed", True)


def test_jira_is_moved_along_its_own_workflow(owner: User, jira: FakeJira) -> None:
    action = linked(owner, jira, done_criterion="The alert fires")
    link = work()
    assert (link.external_id, link.url) == ("OPS-1", f"{jira.url}/browse/OPS-1")
    fields = jira.issues["OPS-1"]["fields"]
    assert fields["duedate"] == str(action.due_on)
    assert fields["description"]["content"][0]["content"][0]["text"].startswith("**Done when")
    for to, name, more in (
        ("in_progress", "Working", {}),
        ("wont_do", "Won't do", {"reason": "No"}),
        ("in_progress", "Working", {"reason": "Yes"}),
        ("done", "Done", {}),
    ):
        move_action(action, to, owner, **more)
        assert work().state == "synced"
        assert jira.status("OPS-1") == name


def test_jira_moves_come_back(owner: User, jira: FakeJira) -> None:
    action = linked(owner, jira)
    work()
    for name, to in (("Working", "in_progress"), ("Won't do", "wont_do"), ("To do", "in_progress")):
        jira.set("OPS-1", name)
        TrackerLink.objects.update(state="pending")
        work()
        action.refresh_from_db()
        assert action.status == to


def test_a_workflow_without_the_step_says_so(owner: User, jira: FakeJira) -> None:
    action = linked(owner, jira)
    work()
    jira.workflow = ["To do", "Working"]
    move_action(action, "done", owner)
    link = work()
    assert link.state == "failed"
    assert "has no step from here to “done”" in link.error


def test_a_lost_answer_of_jira_makes_no_second_issue(owner: User, jira: FakeJira) -> None:
    linked(owner, jira)
    jira.lost = 1
    work()
    assert work().state == "synced"
    assert len(jira.issues) == 1


def test_what_is_not_told_for_long_is_an_overdue_obligation(
    owner: User, github: FakeGitHub
) -> None:
    linked(owner, github)
    TrackerLink.objects.update(due_at=clock.now() - timedelta(hours=1))
    assert "tracker" in {late.kind for late in overdue()}
