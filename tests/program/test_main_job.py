"""From a captured alert to an acknowledged, resolved incident, with nothing broken inside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fakes.mail import MailFault
from tests.fakes.slack import Fault, Post
from tests.program.checker import check, settle
from tests.program.harness import Program
from tests.program.inboxes import Message
from tests.program.payloads import alert, captured

pytestmark = pytest.mark.program

QUICK = "fraud-scorer"
SECOND_STEP_SECONDS = 4.0


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with Program(sources=["prod", "other"]) as running:
        yield running


def paged(program: Program, name: str, channel: str, *, seconds: float = 10.0) -> Message:
    """The first page about this alert over this channel, as soon as it is there."""
    program.until(
        lambda: bool(program.inboxes.about(name, channel=channel)),
        f"no page by {channel} about {name}",
        seconds=seconds,
    )
    return program.inboxes.about(name, channel=channel)[0]


def incident(program: Program, ref: str) -> dict[str, Any]:
    status, document = program.api("GET", f"incidents/{ref}/")
    assert status == 200, document
    return dict(document)


def post_in_slack(program: Program, name: str, to: str) -> Post:
    def posts() -> list[Post]:
        return [post for post in program.inboxes.slack.posts_to(to) if name in post.text]

    program.until(lambda: bool(posts()), f"no post to {to} about {name}", seconds=10)
    return posts()[0]


def press(program: Program, post: Post, action: str, *, by: str) -> int:
    slack = program.inboxes.slack
    body = slack.press(post, action, by=by)
    headers = {"Content_Type": "application/x-www-form-urlencoded", **slack.sign(body)}
    return program.request("POST", "/slack/actions/", body, **headers)[0]


def test_a_captured_alert_pages_who_is_on_call_by_mail_and_in_slack(program: Program) -> None:
    accepted = program.sender.post("prod", captured("webhook-single-firing"))
    title = "Grounded-answer budget of support-assistant burns 14.4x too fast"
    for channel in ("email", "slack"):
        page = paged(program, title, channel)
        assert (page.at - accepted.at).total_seconds() < 5
        assert page.text.startswith("SEV1 · INC-")
    assert program.inboxes.mail.to("ana@example.org")
    settle(program)
    check(program)
    found = incident(program, f"INC-{page.incident}")
    assert found["systems"] == ["support-assistant"]
    program.sender.post("prod", captured("webhook-single-resolved"))
    settle(program)
    assert incident(program, f"INC-{page.incident}")["status"] == "resolved"
    check(program)


def test_an_acknowledgement_in_slack_ends_the_escalation(program: Program) -> None:
    program.sender.post("prod", alert("Pressed", system=QUICK))
    began = time.monotonic()
    ref = f"INC-{paged(program, 'Pressed', 'slack').incident}"
    post = post_in_slack(program, "Pressed", "ana@example.org")
    assert press(program, post, "incident.acknowledge", by=program.ana) == 200
    program.until(
        lambda: incident(program, ref)["status"] == "acknowledged",
        "the press was acknowledged and not done",
        seconds=10,
    )
    assert incident(program, ref)["acknowledged_at"]
    time.sleep(max(0.0, began + SECOND_STEP_SECONDS + 2 - time.monotonic()))
    people = program.rows("SELECT p.target, e.state FROM oncall_page p JOIN oncall_escalation e"
                          " ON e.id = p.escalation_id WHERE e.subject_key = %s",
                          [f"incident:{ref[4:]}"])  # fmt: skip
    assert [state for _, state in people] == ["acknowledged"]
    settle(program)
    check(program)


def test_a_forged_press_changes_nothing(program: Program) -> None:
    program.sender.post("prod", alert("Forged"))
    ref = f"INC-{paged(program, 'Forged', 'slack').incident}"
    slack = program.inboxes.slack
    body = slack.press(
        post_in_slack(program, "Forged", "ana@example.org"), "incident.resolve", by=program.ana
    )
    assert (
        program.request("POST", "/slack/actions/", body, **slack.sign(body, secret="x"))[0] == 401
    )
    assert incident(program, ref)["status"] == "open"


def test_without_an_acknowledgement_the_second_step_pages_somebody_else(program: Program) -> None:
    accepted = program.sender.post("prod", alert("Unanswered", system=QUICK))
    program.until(
        lambda: (
            {m.to for m in program.inboxes.about("Unanswered", channel="email")}
            == {"ana@example.org", "ben@example.org"}
        ),
        "the second step paged nobody",
        seconds=SECOND_STEP_SECONDS + 10,
    )
    second = next(m for m in program.inboxes.about("Unanswered") if m.to == "ben@example.org")
    waited = (second.at - accepted.at).total_seconds()
    assert SECOND_STEP_SECONDS <= waited < SECOND_STEP_SECONDS + 5
    ref = f"INC-{second.incident}"
    assert program.api("POST", f"incidents/{ref}/transition/", {"to": "acknowledged"})[0] == 200
    status, said = program.api("POST", f"incidents/{ref}/transition/", {"to": "acknowledged"})
    assert status == 409, said
    assert program.api("POST", f"incidents/{ref}/transition/", {"to": "resolved"})[0] == 200
    settle(program)
    check(program)


def test_the_same_delivery_from_many_threads_is_one_incident_and_one_page(
    program: Program,
) -> None:
    body = alert("Doubled")
    program.sender.post_all([("prod", body)] * 20, threads=8)
    settle(program)
    check(program)
    rows = program.rows("SELECT count FROM alerts_alert WHERE dedup_key = 'Doubled'")
    assert rows == [(20,)]
    assert len(program.inboxes.about("Doubled", channel="email")) == 1


def test_a_resolve_before_its_trigger_pages_nobody_and_a_new_start_does(program: Program) -> None:
    start = datetime.now(UTC) - timedelta(minutes=1)
    program.sender.post("prod", alert("Early", firing=False, started_at=start))
    settle(program)
    program.sender.post("prod", alert("Early", started_at=start))
    settle(program)
    assert not program.inboxes.about("Early")
    program.sender.post("prod", alert("Early"))
    paged(program, "Early", "email")
    settle(program)
    check(program)


def test_what_cannot_be_read_is_kept_and_still_pages(program: Program) -> None:
    broken = program.sender.post("other", b'{"alerts": [')
    page = paged(program, "sends alerts that cannot be read", "email")
    program.sender.post("other", alert("Neighbour"))
    paged(program, "Neighbour", "email")
    state = program.rows("SELECT state FROM alerts_receipt WHERE id = %s", [broken.receipt])
    assert state == [("set_aside",)]
    assert page.incident is not None
    settle(program)
    check(program)


def test_with_the_mail_server_gone_slack_pages_and_the_mail_comes_later(program: Program) -> None:
    program.inboxes.mail.stop()
    try:
        accepted = program.sender.post("prod", alert("MailAway"))
        page = paged(program, "MailAway", "slack")
        assert (page.at - accepted.at).total_seconds() < 5
    finally:
        program.inboxes.mail.start()
    paged(program, "MailAway", "email", seconds=25)
    settle(program)
    check(program)


def test_a_refused_mail_is_seen_on_the_timeline(program: Program) -> None:
    program.inboxes.mail.script(MailFault(answer="550 no such person here"))
    program.sender.post("prod", alert("Refused"))
    ref = f"INC-{paged(program, 'Refused', 'slack').incident}"
    settle(program)
    status, events = program.api("GET", f"incidents/{ref}/events/")
    assert status == 200
    assert any("550 no such person here" in event["text"] for event in events["results"])
    check(program)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("SlackLimited", Fault(status=429, retry_after=6, method="chat.postMessage")),
        ("SlackHangs", Fault(hang=8, method="chat.postMessage")),
        ("SlackDropped", Fault(drop=True, accept=True, method="chat.postMessage")),
        ("SlackAway", Fault(status=503, method="chat.postMessage")),
    ],
)
def test_with_slack_in_trouble_mail_pages_at_once_and_slack_later(
    program: Program, name: str, fault: Fault
) -> None:
    program.inboxes.slack.script(fault, fault)
    accepted = program.sender.post("prod", alert(name))
    page = paged(program, name, "email")
    assert (page.at - accepted.at).total_seconds() < 5
    settle(program)
    check(program)
    assert post_in_slack(program, name, "ana@example.org")
    assert post_in_slack(program, name, "#incidents")


def test_the_checker_sees_what_is_lost_doubled_made_up_or_late(program: Program) -> None:
    """The check itself: a history that is wrong in one way fails, and for that reason."""
    program.sender.post("prod", alert("History"))
    mail, post = paged(program, "History", "email"), paged(program, "History", "slack")
    ref = f"INC-{mail.incident}"
    assert program.api("POST", f"incidents/{ref}/transition/", {"to": "acknowledged"})[0] == 200
    settle(program)
    check(program)
    received, accepted = program.inboxes.received, program.sender.accepted
    late = replace(mail, at=mail.at + timedelta(minutes=1))
    lost = replace(accepted[-1], receipt="00000000-0000-0000-0000-000000000000")
    for history, log, wrong in (
        ([m for m in received if m.delivery != mail.delivery], accepted, "0 mails of"),
        ([*received, mail, mail], accepted, "3 mails of"),
        (
            [m for m in received if (m.incident, m.to) != (post.incident, post.to)],
            accepted,
            "posts",
        ),
        ([*received, post, post, post], accepted, "posts for"),
        ([*received, late], accepted, f"paged ana@example.org of {ref}"),
        (received, [*accepted, lost], "is lost"),
        (received, [*accepted, replace(lost, body=alert("Lost"))], "no alert for"),
        (received, accepted[:-1], "an alert nobody sent"),
    ):
        program.inboxes.received, program.sender.accepted = history, log
        with pytest.raises(AssertionError, match=wrong):
            check(program)
    program.inboxes.received, program.sender.accepted = received, accepted
    check(program)
