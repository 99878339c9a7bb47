"""Cards: one an incident and channel, edited in place, true at last whatever Slack does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from integrations.slack.channels.models import SlackAnnouncement, SlackSetting
from integrations.slack.posts.models import SlackLimit, SlackPost
from integrations.slack.posts.queue import next_turn
from integrations.slack.posts.services import EDIT_GAP_SECONDS, redraw, try_again
from tests.fakes.paging import work_off
from tests.fakes.slack import FakeSlack, Fault, Post
from tests.integrations.slack.working import later, settle, turn

pytestmark = pytest.mark.django_db(transaction=True)
ME = program("Ben")


@pytest.fixture(autouse=True)
def only_cards(slack: FakeSlack) -> None:
    SlackSetting.objects.create(pk=1, channel_from="")
    SlackAnnouncement.objects.create(slug="all", channel="C1")
    slack.channels.add("C1")


def declared(title: str = "It burns", **more: object) -> Incident:
    return services.open_incident(
        title=title,
        severity="sev2",
        actor=ME,
        page=False,
        **more,  # type: ignore[arg-type]
    )


def move(incident: Incident, to: str) -> None:
    services.transition_incident(incident_id=incident.pk, to=to, actor=ME)


def cards(slack: FakeSlack, channel: str = "C1") -> list[Post]:
    return [post for post in slack.posts_to(channel) if not post.body.get("thread_ts")]


def shown(post: Post) -> str:
    return json.dumps(post.body, ensure_ascii=False)


def test_an_incident_has_one_card_that_is_edited_in_place(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    move(incident, "acknowledged")
    settle()
    (card,) = cards(slack)
    assert "Acknowledged by Ben" in shown(card)
    assert len(card.history) == 1


def test_many_changes_make_few_edits_and_end_on_the_true_state(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    for number in range(40):
        services.change_severity(incident_id=incident.pk, severity=f"sev{number % 3 + 1}", actor=ME)
        if number == 20:
            turn()
    move(incident, "resolved")
    settle()
    (card,) = cards(slack)
    assert "SEV1" in card.text
    assert "Resolved" in card.text
    assert len(card.history) <= 2


def test_what_was_edited_just_now_waits_a_little(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    move(incident, "acknowledged")
    turn()
    edited = SlackPost.objects.get(kind="card").edited_at
    move(incident, "mitigated")
    work_off()
    post = SlackPost.objects.get(kind="card")
    assert edited is not None
    assert post.due_at - edited >= timedelta(seconds=EDIT_GAP_SECONDS - 0.001)


def test_what_changes_while_a_card_is_drawn_is_drawn_next(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    redraw([incident.pk])
    under_way = next_turn()
    assert under_way is not None
    redraw([incident.pk])
    later(60)
    settle()
    post = SlackPost.objects.get(kind="card")
    assert (post.state, post.posted) == ("shown", post.wanted)


def test_a_line_below_the_card_is_said_once_for_those_who_follow(slack: FakeSlack) -> None:
    SlackAnnouncement.objects.update(verbosity="key")
    incident = declared()
    settle()
    services.add_note(incident_id=incident.pk, text="The <!channel> judge", actor=ME)
    settle()
    settle()
    (card,) = cards(slack)
    (line,) = [p for p in slack.posts_to("C1") if p.body.get("thread_ts") == card.ts]
    assert "&lt;!channel&gt; judge" in shown(line)


def test_thirty_minutes_without_slack_end_on_the_truth_with_nothing_lost_or_doubled(
    slack: FakeSlack,
) -> None:
    SlackAnnouncement.objects.update(verbosity="key")
    old = declared("Old")
    settle()
    slack.down = True
    new = declared("New")
    for number in range(12):
        services.add_note(incident_id=old.pk, text=f"Note {number}", actor=ME)
    move(old, "mitigated")
    for _ in range(60):
        turn()
        later(30)
    move(new, "resolved")
    turn()
    asked = len(slack.calls)
    assert asked < 200, "Slack is left alone while it is away"
    slack.down = False
    later(31)
    settle()
    texts = {card.text for card in cards(slack)}
    assert len(texts) == len(cards(slack)) == 2
    assert any("Old" in text and "Mitigated" in text for text in texts)
    assert any("New" in text and "Resolved" in text for text in texts)
    said = "".join(shown(post) for post in slack.posts_to("C1") if post.body.get("thread_ts"))
    for number in range(12):
        assert said.count(f'> Note {number}"') == 1


def test_a_post_whose_answer_was_lost_is_found_and_not_posted_again(slack: FakeSlack) -> None:
    slack.script(Fault(method="chat.postMessage", accept=True, drop=True))
    incident = declared()
    settle()
    move(incident, "acknowledged")
    settle()
    (card,) = cards(slack)
    assert "Acknowledged" in card.text


def test_what_changed_before_a_lost_post_was_found_is_drawn_into_it(slack: FakeSlack) -> None:
    slack.script(Fault(method="chat.postMessage", accept=True, drop=True))
    incident = declared()
    turn()
    move(incident, "acknowledged")
    work_off()
    settle()
    (card,) = cards(slack)
    assert "Acknowledged" in card.text


def test_waiting_lines_of_an_incident_that_became_private_are_never_said(
    slack: FakeSlack,
) -> None:
    SlackAnnouncement.objects.update(verbosity="all")
    incident = declared("Public so far")
    settle()
    slack.down = True
    for number in range(4):
        services.add_note(incident_id=incident.pk, text=f"Payroll {number}", actor=ME)
        turn()
    services.set_private(incident_id=incident.pk, private=True, actor=ME)
    slack.down = False
    later(31)
    settle()
    assert "Payroll" not in "".join(shown(post) for post in slack.posts)


def test_a_post_that_was_not_taken_is_posted(slack: FakeSlack) -> None:
    slack.script(Fault(method="chat.postMessage", drop=True))
    declared()
    settle()
    assert len(cards(slack)) == 1


def test_where_aire_may_not_look_a_lost_post_is_posted_once_more(slack: FakeSlack) -> None:
    slack.script(Fault(method="chat.postMessage", accept=True, drop=True))
    slack.script(Fault(method="conversations.history", error="missing_scope"))
    declared()
    settle()
    assert len(cards(slack)) == 2


def test_a_worker_that_died_before_the_call_loses_nothing(slack: FakeSlack) -> None:
    declared()
    while not SlackPost.objects.exists():
        turn()
    SlackPost.objects.update(state="pending", ts="", begun_at=None)
    slack.posts.clear()
    later(30)
    died = next_turn()
    assert died is not None
    later(31)
    settle()
    assert len(cards(slack)) == 1


def test_too_fast_is_kept_as_a_row_and_waited_for(slack: FakeSlack) -> None:
    slack.script(Fault(method="chat.postMessage", status=429, retry_after=30))
    declared()
    turn()
    later(10)
    assert not turn()
    limit = SlackLimit.objects.get(method="chat.postMessage")
    assert (limit.channel, limit.strikes) == ("C1", 1)
    later(21)
    settle()
    assert len(cards(slack)) == 1


def test_one_channel_that_is_too_fast_holds_up_no_other(slack: FakeSlack) -> None:
    SlackAnnouncement.objects.create(slug="other", channel="C2")
    slack.channels.add("C2")
    slack.script(Fault(method="chat.postMessage", status=429, retry_after=30))
    declared()
    turn()
    assert len(cards(slack, "C1")) + len(cards(slack, "C2")) == 1


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "restricted_action"])
def test_a_channel_that_is_gone_is_given_up_with_its_reason_and_can_be_taken_up_again(
    slack: FakeSlack, code: str
) -> None:
    slack.script(Fault(method="chat.postMessage", error=code))
    incident = declared()
    for to in ("acknowledged", "mitigated"):
        move(incident, to)
        turn()
        later(5)
    assert len(slack.called("chat.postMessage")) == 1
    post = SlackPost.objects.get(kind="card")
    assert post.state == "detached"
    assert code in post.error
    assert try_again(channel="C1") == 1
    settle()
    assert "Mitigated" in cards(slack)[0].text


def test_a_public_channel_that_aire_is_not_in_is_joined(slack: FakeSlack) -> None:
    slack.channels["C1"].joined = False
    declared()
    settle()
    assert len(cards(slack)) == 1


def test_a_private_channel_that_threw_aire_out_is_left(slack: FakeSlack) -> None:
    slack.channels["C1"].joined = False
    slack.channels["C1"].private = True
    declared()
    for _ in range(4):
        turn()
        later(10)
    assert SlackPost.objects.get(kind="card").state == "detached"
    assert len(slack.called("chat.postMessage")) == 1


def test_a_card_that_somebody_deleted_comes_back_once(slack: FakeSlack) -> None:
    incident = declared()
    settle()
    slack.posts.clear()
    move(incident, "acknowledged")
    settle()
    assert len(cards(slack)) == 1
    slack.posts.clear()
    move(incident, "mitigated")
    settle()
    assert cards(slack) == []
    assert SlackPost.objects.get(kind="card").state == "detached"


def test_blocks_that_slack_finds_too_much_go_out_as_text(slack: FakeSlack) -> None:
    slack.script(Fault(method="chat.postMessage", error="msg_blocks_too_long"))
    declared()
    settle()
    (card,) = cards(slack)
    assert "It burns" in card.text
    assert card.body["blocks"] == []


def test_a_revoked_token_throws_nothing_away(slack: FakeSlack) -> None:
    slack.revoked = "token_revoked"
    incident = declared()
    for _ in range(5):
        turn()
        later(20)
    assert len(slack.called("chat.postMessage")) <= 3
    assert "revoked" in SlackLimit.objects.get(method="*").reason
    move(incident, "acknowledged")
    slack.revoked = ""
    later(61)
    settle()
    (card,) = cards(slack)
    assert "Acknowledged" in card.text
    assert SlackLimit.objects.get(method="*").strikes == 0


def test_nothing_of_a_private_incident_is_announced_and_what_was_said_is_drawn_over(
    slack: FakeSlack,
) -> None:
    SlackAnnouncement.objects.update(verbosity="all")
    declared("Secret payroll", private=True)
    settle()
    assert slack.posts == []
    incident = declared("Leaked payroll")
    settle()
    services.add_note(incident_id=incident.pk, text="The payroll table", actor=ME)
    settle()
    assert "payroll" in "".join(shown(post) for post in slack.posts)
    services.set_private(incident_id=incident.pk, private=True, actor=ME)
    settle()
    services.add_note(incident_id=incident.pk, text="More payroll", actor=ME)
    settle()
    assert "payroll" not in "".join(shown(post) for post in slack.posts)
    services.set_private(incident_id=incident.pk, private=False, actor=ME)
    settle()
    assert "Leaked payroll" in cards(slack)[0].text


def test_only_channels_whose_rule_fits_are_told(
    slack: FakeSlack, person: Callable[..., User]
) -> None:
    SlackAnnouncement.objects.update(severity="sev1")
    drill = declared("A drill", drill=True)
    settle()
    assert slack.posts == []
    services.change_severity(incident_id=drill.pk, severity="sev1", actor=ME)
    settle()
    assert slack.posts == []
    SlackAnnouncement.objects.update(drills=True)
    services.add_note(incident_id=drill.pk, text="x", actor=ME)
    settle()
    assert "[drill]" in cards(slack)[0].text
