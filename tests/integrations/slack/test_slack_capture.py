"""Messages that people mark in Slack come onto the timeline, and follow what happens to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from core.actor import Actor, Via, program
from incidents import selectors, services
from incidents.models import Incident, IncidentFile
from integrations.slack.capture import shortcut
from integrations.slack.capture.models import SlackCapture
from integrations.slack.capture.working import capture_due
from integrations.slack.channels.models import SlackIncidentChannel, SlackSetting
from integrations.slack.events.arrival import Arrival
from integrations.slack.events.registry import HANDLERS
from tests.core.test_files import png
from tests.fakes.slack import Channel, FakeSlack, Fault, Post
from tests.integrations.slack.working import settle

pytestmark = pytest.mark.django_db(transaction=True)


class Room:
    """An incident with its channel, and people in it."""

    def __init__(self, slack: FakeSlack, person: Callable[..., User]) -> None:
        self.slack = slack
        SlackSetting.objects.create(pk=1, channel_from="sev4", verbosity="all")
        self.ana = person("Ana")
        self.ana_slack = slack.add_user(self.ana.email, name="Ana")
        self.vendor = slack.add_user("", name="Vendor Vic")
        self.incident = services.open_incident(
            title="It burns", severity="sev4", actor=program(), page=False
        )
        settle()
        self.channel = SlackIncidentChannel.objects.get().channel_id

    def event(self, kind: str, *, user: str = "", **facts: Any) -> None:
        arrival = Arrival({"type": kind, **facts}, self.slack.team, user or self.ana_slack)
        HANDLERS[kind](arrival)
        while capture_due():
            pass

    def react(
        self, post: Post, emoji: str = "pushpin", *, added: bool = True, by: str = ""
    ) -> None:
        kind = "reaction_added" if added else "reaction_removed"
        item = {"type": "message", "channel": post.channel, "ts": post.ts}
        self.event(kind, user=by, reaction=emoji, item=item)

    def says(self, text: str, **more: Any) -> Post:
        return self.slack.say(self.channel, more.pop("by", self.vendor), text, **more)

    def story(self) -> list[str]:
        rows = selectors.incident_events(self.incident, show="key").items
        return [row.text for row in rows if row.kind == "note"]


@pytest.fixture
def room(slack: FakeSlack, person: Callable[..., User]) -> Room:
    return Room(slack, person)


def test_a_reaction_puts_a_message_there_at_its_own_time_with_who_said_it(room: Room) -> None:
    post = room.says(
        "We see <https://evil.example|the bank> too, <@U0001> &lt;3", ts="1700000000.000100"
    )
    room.react(post)
    line = room.incident.events.get(kind="note")
    assert line.text == "We see https://evil.example too, @Ana <3"
    assert line.occurred_at == datetime.fromtimestamp(1700000000.0001, UTC)
    assert line.actor_label == "Vendor Vic"
    assert line.detail["captured_by"] == "Ana"
    assert line.detail["permalink"].startswith("https://fake.slack.com/archives/")


def test_the_same_reaction_of_two_people_is_one_line_and_goes_with_the_last(room: Room) -> None:
    ben = User.objects.create(email="ben@example.org", name="Ben", role="responder")
    ben_slack = room.slack.add_user(ben.email)
    post = room.says("Seen")
    room.react(post)
    room.react(post, by=ben_slack)
    room.react(post)
    assert room.story() == ["Seen"]
    room.react(post, added=False)
    assert room.story() == ["Seen"]
    room.react(post, added=False, by=ben_slack)
    assert room.story() == []
    room.react(post)
    assert room.story() == ["Seen"]


def test_an_emoji_that_means_nothing_does_nothing_and_none_resolves(room: Room) -> None:
    for emoji in ("white_check_mark", "eyes", "heavy_check_mark", "+1"):
        room.react(room.says("Done?"), emoji)
    room.incident.refresh_from_db()
    assert (room.story(), room.incident.status) == ([], "open")


def test_a_message_of_a_thread_a_pin_and_another_tone_of_skin_count_too(room: Room) -> None:
    parent = room.says("Parent")
    reply = room.says("Reply", thread_ts=parent.ts)
    room.react(reply, "memo::skin-tone-3")
    pinned = {"type": "message", "channel": room.channel, "message": {"ts": parent.ts}}
    room.event("pin_added", channel_id=room.channel, item=pinned)
    assert sorted(room.story()) == ["Parent", "Reply"]
    room.event("pin_removed", channel_id=room.channel, item=pinned)
    assert room.story() == ["Reply"]


def test_edits_and_deletes_follow(room: Room) -> None:
    post = room.says("It was the judge")
    room.react(post)
    post.body = {**post.body, "text": "It was the index"}
    changed = {"subtype": "message_changed", "channel": room.channel, "message": {"ts": post.ts}}
    room.event("message", **changed)
    room.event("message", **changed)
    assert room.story() == ["It was the index"]
    assert room.incident.events.filter(kind="note").count() == 2
    room.slack.posts.remove(post)
    room.event("message", subtype="message_deleted", channel=room.channel, deleted_ts=post.ts)
    assert room.story() == []


def test_a_task_emoji_makes_a_task_and_takes_it_away_while_nobody_did_it(room: Room) -> None:
    post = room.says("Ask the vendor\nby noon")
    room.react(post, "clipboard")
    assert [task.title for task in room.incident.tasks.all()] == ["Ask the vendor by noon"]
    room.react(post, "clipboard", added=False)
    assert not room.incident.tasks.exists()


def test_a_task_follows_its_message_until_somebody_does_it(room: Room) -> None:
    kept, done, gone = (room.says(text) for text in ("Call Ana", "Call Ben", "Call Eve"))
    for post in (kept, done, gone):
        room.react(post, "clipboard")
    services.finish_task(
        incident_id=room.incident.pk,
        task_id=room.incident.tasks.get(title="Call Ben").pk,
        done=True,
        actor=program(),
    )
    for post in (kept, done):
        post.body = {**post.body, "text": "Call nobody"}
        facts = {"channel": room.channel, "message": {"ts": post.ts}}
        room.event("message", subtype="message_changed", **facts)
    room.event("message", subtype="message_deleted", channel=room.channel, deleted_ts=gone.ts)
    titles = [task.title for task in room.incident.tasks.order_by("pk")]
    assert titles == ["Call nobody", "Call Ben"]


def test_pictures_are_kept_and_only_fetched_from_slack(room: Room, settings: Any) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    room.slack.files["a.png"] = png()
    room.slack.files["b.png"] = b"<svg onload=alert(1)>"
    base = room.slack.url.removesuffix("/api/")
    offered = [
        ("F1", "a.png", "image/png", f"{base}/files/a.png", 70),
        ("F2", "b.png", "image/png", f"{base}/files/b.png", 70),
        ("F3", "c.png", "image/png", "https://evil.example/c", 70),
        ("F4", "d.exe", "application/x", f"{base}/files/a.png", 70),
        ("F5", "e.png", "image/png", f"{base}/files/a.png", 10**9),
    ]
    names = ("id", "name", "mimetype", "url_private", "size")
    files = [dict(zip(names, one, strict=True)) for one in offered]
    room.react(room.says("Look", files=files))
    (kept,) = IncidentFile.objects.all()
    assert (kept.name, kept.media_type, kept.event.text) == ("a.png", "image/png", "Look")


def test_what_was_said_in_the_channel_is_not_said_in_it_again(room: Room) -> None:
    room.react(room.says("Heard once"))
    settle()
    posts = json.dumps([post.body for post in room.slack.posts_to(room.channel)])
    assert posts.count("Heard once") == 1


def test_aires_own_message_is_not_put_there_again(room: Room) -> None:
    services.add_note(incident_id=room.incident.pk, text="From the web", actor=program("Ben"))
    settle()
    own = next(p for p in room.slack.posts_to(room.channel) if "From the web" in str(p.body))
    room.react(own)
    assert room.story() == ["From the web"]


def test_who_may_not_respond_or_is_not_known_puts_nothing_there_and_is_told_once(
    room: Room, person: Callable[..., User]
) -> None:
    viewer = room.slack.add_user(person("Viv", role="viewer").email)
    stranger = room.slack.add_user("x@elsewhere.example")
    for by in (viewer, stranger, stranger):
        room.react(room.says("Psst"), by=by)
    settle()
    assert room.story() == []
    assert len(room.slack.answers_to(viewer)) == len(room.slack.answers_to(stranger)) == 1


def test_slack_that_is_away_delays_it_and_writes_it_once(room: Room) -> None:
    post = room.says("Late")
    room.slack.script(*[Fault(method="conversations.replies", status=503)] * 2)
    room.react(post)
    assert room.story() == []
    for _ in range(3):
        SlackCapture.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
        capture_due()
    assert room.story() == ["Late"]


def test_the_shortcut_works_in_any_channel_and_asks_which_incident(room: Room) -> None:
    room.slack.channels["C99"] = Channel("C99")
    post = room.slack.say("C99", room.vendor, "Elsewhere")
    payload = {"channel": {"id": "C99"}, "message": {"ts": post.ts}}
    actor = Actor("Ana", Via.SLACK, room.ana.pk)
    asked = shortcut.add_to_timeline(payload=payload, asker=room.ana, actor=actor)
    button = next(block.button for block in asked.blocks if getattr(block, "button", None))  # type: ignore[union-attr]
    assert button is not None
    shortcut.chosen(value=button.value, asker=room.ana, actor=actor)
    capture_due()
    assert room.story() == ["Elsewhere"]


def test_a_private_incident_takes_marks_of_its_people_alone(
    room: Room, person: Callable[..., User]
) -> None:
    Incident.objects.update(private=True)
    room.react(room.says("Secret"))
    assert room.story() == []
    payload = {"channel": {"id": room.channel}, "message": {"ts": "1.1"}}
    actor = Actor("Ana", Via.SLACK, room.ana.pk)
    asked = shortcut.add_to_timeline(payload=payload, asker=room.ana, actor=actor)
    assert room.incident.ref not in str(asked)


def test_who_comes_late_is_told_how_it_stands(room: Room) -> None:
    services.add_note(incident_id=room.incident.pk, text="Rolling back <!here>", actor=program())
    room.event("member_joined_channel", channel=room.channel)
    room.event("member_joined_channel", channel=room.channel)
    settle()
    (told,) = room.slack.answers_to(room.ana_slack)
    assert "Rolling back &lt;!here&gt;" in str(told.body)


def test_who_may_not_see_a_private_incident_does_not_stay_in_its_channel(
    room: Room, person: Callable[..., User]
) -> None:
    services.set_private(incident_id=room.incident.pk, private=True, actor=program())
    settle()
    channel = SlackIncidentChannel.objects.get().channel_id
    eve = room.slack.add_user(person("Eve").email)
    room.slack.channels[channel].members.add(eve)
    room.event("member_joined_channel", channel=channel, user=eve, inviter=room.ana_slack)
    settle()
    assert eve not in room.slack.channels[channel].members
    assert room.slack.answers_to(eve) == []
    assert "Only the people of" in room.slack.answers_to(room.ana_slack)[-1].text


def test_a_name_that_people_gave_stays_and_an_archive_is_an_end(room: Room) -> None:
    room.event("channel_rename", channel={"id": room.channel, "name": "war-room"})
    services.edit_incident(incident_id=room.incident.pk, title="Other", actor=program())
    settle()
    assert room.slack.called("conversations.rename") == []
    room.event("channel_archive", channel=room.channel)
    room.slack.channels[room.channel].archived = True
    services.add_note(incident_id=room.incident.pk, text="Unheard", actor=program())
    settle()
    room.event("channel_unarchive", channel=room.channel)
    room.slack.channels[room.channel].archived = False
    services.add_note(incident_id=room.incident.pk, text="Heard", actor=program())
    settle()
    assert "Heard" in str([post.body for post in room.slack.posts_to(room.channel)])


def test_an_event_of_another_shape_changes_nothing(slack: FakeSlack) -> None:
    for kind in ("reaction_added", "pin_added", "message", "channel_rename"):
        for rubbish in (None, 5, "x", [], {"type": "message"}, {"channel": ["C"]}):
            event = {"type": kind, "item": rubbish, "channel": rubbish, "reaction": "pushpin"}
            HANDLERS[kind](Arrival(event, slack.team, "U0001"))
    assert not SlackCapture.objects.exists()
