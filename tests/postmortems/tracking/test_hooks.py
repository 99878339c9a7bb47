"""Webhooks of trackers: signed, taken once, never believed beyond their bytes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from integrations.webhook.tracker import signature
from postmortems.models import Action, Tracker, TrackerDelivery, TrackerLink
from postmortems.tracking import services, sync
from postmortems.tracking.chores import forget_deliveries
from tests.cast import actor_of
from tests.fakes import github as fake_github
from tests.fakes.github import FakeGitHub
from tests.fakes.jira import SECRET as JIRA_SECRET
from tests.fakes.jira import FakeJira
from tests.fakes.tracker_server import Answer, FakeServer
from tests.postmortems.actions.cast import make_action, move_action

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS13ZWJob29r"


class Listener(FakeServer):
    """Somebody's own endpoint; keeps what it was posted."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[dict[str, str], Any]] = []

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        self.taken.append(({name.lower(): value for name, value in headers.items()}, body))
        return Answer(200, {})


@pytest.fixture(autouse=True)
def _local(settings: Any) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub() as fake:
        yield fake


@pytest.fixture
def action(owner: User, github: FakeGitHub) -> Action:
    """Linked to the first issue of the fake."""
    made = make_action(owner)
    tracker = services.save_tracker(
        slug="work",
        name="Work",
        kind="github",
        base_url=github.url,
        options={"repository": github.repository},
        token=fake_github.TOKEN,
        webhook_secret=fake_github.SECRET,
        actor=actor_of(owner),
    )
    services.link_action(action=made, tracker=tracker, actor=actor_of(owner))
    sync.run_due_links()
    return made


def post(body: bytes, headers: dict[str, str], slug: str = "work") -> Any:
    return Client().post(f"/hooks/{slug}/", body, content_type="application/json", headers=headers)


def test_closing_the_issue_closes_the_action_at_once(action: Action, github: FakeGitHub) -> None:
    github.close(1)
    answer = post(*github.webhook(1, "closed"))
    assert answer.status_code == 200
    assert answer.json()["outcome"] == f"{action.ref} is done now."
    action.refresh_from_db()
    assert action.status == "done"
    assert action.events.latest("at").actor_label == "Work"


def test_the_same_delivery_counts_once_and_an_old_one_is_put_right(
    action: Action, github: FakeGitHub, owner: User
) -> None:
    github.close(1)
    closed = github.webhook(1, "closed")
    post(*closed)
    assert post(*closed).json()["outcome"] == "Taken already."
    github.reopen(1)
    old = github.webhook(1, "reopened", delivery="d2")
    github.close(1)
    post(*old)
    sync.run_due_links()
    action.refresh_from_db()
    assert action.status == "done"


@pytest.mark.parametrize("spoil", ["none", "other", "body", "unicode"])
def test_what_is_not_signed_by_the_secret_changes_nothing(
    action: Action, github: FakeGitHub, spoil: str
) -> None:
    github.close(1)
    body, headers = github.webhook(
        1, "closed", secret="x" if spoil == "other" else fake_github.SECRET
    )
    if spoil == "none":
        del headers["X-Hub-Signature-256"]
    if spoil == "unicode":
        headers["X-Hub-Signature-256"] = "sha256=é"
    answer = post(body + b" " if spoil == "body" else body, headers)
    assert answer.status_code == 401
    action.refresh_from_db()
    assert action.status == "open"


def signed(body: bytes, event: str = "issues") -> dict[str, str]:

    digest = hmac.new(fake_github.SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": event, "X-Hub-Signature-256": f"sha256={digest}"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[]", 200),
        (b'{"repository": {"full_name": "acme/assistants"}}', 400),
        (b'{"repository": {"full_name": "acme/assistants"}, "issue": {"number": "1"}}', 400),
        (b'{"repository": {"full_name": "acme/assistants"}, "issue": {"number": true}}', 400),
        (b'{"repository": {"full_name": "other/one"}, "issue": {"number": 1}}', 200),
        (b'{"repository": {"full_name": "acme/assistants"}, "issue": {"number": 99}}', 200),
        (b"[" * 5_000, 400),
    ],
)
def test_signed_nonsense_never_breaks_anything(
    action: Action, github: FakeGitHub, body: bytes, status: int
) -> None:
    assert post(body, signed(body)).status_code == status
    action.refresh_from_db()
    assert action.status == "open"


def test_other_events_too_large_bodies_and_unknown_trackers(
    action: Action, github: FakeGitHub
) -> None:
    assert post(b"{}", signed(b"{}", "ping")).json()["outcome"] == "Nothing about an issue."
    assert post(b" " * 1_100_000, {}).status_code == 413
    assert post(b"{}", {}, slug="nothing").status_code == 404
    assert Client().get("/hooks/work/").status_code == 405
    Tracker.objects.update(enabled=False)
    assert post(b"{}", signed(b"{}")).status_code == 404


def test_without_a_secret_nothing_is_taken(action: Action, github: FakeGitHub) -> None:
    Tracker.objects.update(webhook_secret="")
    github.close(1)
    assert post(*github.webhook(1, "closed")).status_code == 503


def test_old_deliveries_are_forgotten(action: Action, github: FakeGitHub) -> None:
    post(*github.webhook(1, "edited"))
    assert forget_deliveries() == 0
    TrackerDelivery.objects.update(received_at=clock.now().replace(year=2020))
    assert forget_deliveries() == 1


def test_a_webhook_of_jira_moves_the_action(owner: User) -> None:
    with FakeJira() as jira:
        action = make_action(owner)
        tracker = services.save_tracker(
            slug="ops",
            name="Ops",
            kind="jira",
            base_url=jira.url,
            options={"project": "OPS", "email": "bot@example.org"},
            token="jira-fake-token",
            webhook_secret=JIRA_SECRET,
            actor=actor_of(owner),
        )
        services.link_action(action=action, tracker=tracker, actor=actor_of(owner))
        sync.run_due_links()
        jira.set("OPS-1", "Working")
        body, headers = jira.webhook("OPS-1")
        assert post(body, {**headers, "X-Hub-Signature": "sha256=0"}, "ops").status_code == 401
        assert post(body, headers, "ops").json()["outcome"] == f"{action.ref} is in progress now."


def test_any_endpoint_is_told_by_a_signed_webhook_and_answers_with_one(owner: User) -> None:
    with Listener() as listener:
        action = make_action(owner, title="Watch it")
        tracker = services.save_tracker(
            slug="own",
            name="Own",
            kind="webhook",
            base_url=f"{listener.url}/hook",
            webhook_secret=SECRET,
            actor=actor_of(owner),
        )
        services.link_action(action=action, tracker=tracker, actor=actor_of(owner))
        sync.run_due_links()
        headers, body = listener.taken[0]
        assert (body["type"], body["data"]["title"]) == ("action.linked", "Watch it")
        raw = json.dumps(body, ensure_ascii=False).encode()
        moment = headers["webhook-timestamp"]
        assert headers["webhook-signature"] == signature(SECRET, headers["webhook-id"], moment, raw)
        move_action(action, "in_progress", owner)
        sync.run_due_links()
        assert listener.taken[1][1]["data"]["status"] == "in_progress"
        back = json.dumps({"action": action.ref, "status": "done"}).encode()
        now = str(int(clock.now().timestamp()))
        wanted = {"webhook-id": "m1", "webhook-timestamp": now}
        wanted["webhook-signature"] = signature(SECRET, "m1", now, back)
        assert post(back, wanted, "own").json()["outcome"] == f"{action.ref} is done now."
        old = {**wanted, "webhook-timestamp": str(int(now) - 3_600)}
        assert post(back, old, "own").status_code == 401
        assert TrackerLink.objects.get().error == ""
