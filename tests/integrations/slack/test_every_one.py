"""Every command, every form and every event, over Slack's own addresses and screens. What each
does in detail is tested where it lives; here none is left out, and Slack takes what is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from alerts.models import Silence
from catalog.models import System
from chatops.opening import opens_form
from chatops.registry import COMMANDS, DIALOGS
from core import clock
from core.actor import program
from incidents import services
from incidents.drills.models import Drill
from incidents.models import Incident
from integrations.slack.capture.working import capture_due
from integrations.slack.channels.models import SlackIncidentChannel, SlackSetting
from integrations.slack.events.wanted import MESSAGES, WANTED
from integrations.slack.front import desk
from integrations.slack.inbox.models import SlackRequest
from oncall.models import Override, Page
from oncall.schedule_services import save_schedule
from taxonomy.models import Cause, CauseClass
from tests.cast import TESTER
from tests.fakes.slack import FakeSlack, View
from tests.integrations.slack.door import interact, post, worked
from tests.integrations.slack.working import settle

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """Ana in Slack, in the channel of an incident; Ben, a schedule, a system, a cause."""

    def __init__(self, slack: FakeSlack, person: Callable[..., User]) -> None:
        self.slack = slack
        slack.trigger_seconds = 60
        self.ana = slack.add_user(person("Ana").email)
        self.ben = person("Ben")
        slack.add_user(self.ben.email)
        rotation = {"name": "Only", "users": [self.ben.email], "starts": "2026-01-01T00:00:00Z"}
        save_schedule(slug="ml", name="ML", time_zone="UTC", rotations=[rotation], actor=TESTER)
        System.objects.create(slug="bot", name="Bot", kind="rag")
        data, _ = CauseClass.objects.get_or_create(slug="data", defaults={"name": "Data"})
        Cause.objects.get_or_create(
            slug="data.drift", defaults={"name": "Drift", "cause_class": data}
        )
        SlackSetting.objects.create(pk=1, channel_from="sev4", drills=True)
        self.incident = services.open_incident(title="It burns", severity="sev2", actor=program())
        settle()
        self.channel = SlackIncidentChannel.objects.get().channel_id

    def say(self, text: str) -> str:
        """Everything that Ana sees after it."""
        self.slack.views.clear()
        before = len(self.slack.answers_to(self.ana))
        body = self.slack.command(text, by=self.ana, channel=self.channel)
        assert post(self.slack, "commands", body).status == 200
        self._work(opens=bool(opens_form(text=text)))
        answers = [str(one.body) for one in self.slack.answers_to(self.ana)[before:]]
        return " ".join([*answers, *(str(view.body) for view in self.slack.modals_of(self.ana))])

    def open(self, form: str) -> View:
        self.slack.views.clear()
        assert interact(self.slack, self.slack.shortcut(form, by=self.ana)).status == 200
        self._work(opens=True)
        (view,) = self.slack.modals_of(self.ana)
        return view

    def _work(self, *, opens: bool) -> None:
        """The place of a form is opened beside the answer: on a busy machine after it."""
        deadline = time.monotonic() + 20
        while opens and not self.slack.modals_of(self.ana) and time.monotonic() < deadline:
            time.sleep(0.01)
        worked()

    def send(self, view: View, **values: Any) -> dict[str, Any]:
        """The acknowledgement; as Slack sends it, with what was filled in before."""
        state = {
            block["block_id"]: _held(block["element"], values.get(block["block_id"]))
            for block in view.body["blocks"]
            if block["type"] == "input"
        }
        answered = interact(self.slack, self.slack.submission(view, state, by=self.ana))
        worked()
        assert isinstance(answered.json, dict)
        return answered.json


def _held(element: dict[str, Any], value: Any) -> dict[str, Any]:
    kind, held = element["type"], {"type": element["type"]}
    if kind == "plain_text_input":
        held["value"] = value if value is not None else element.get("initial_value")
    elif kind == "datetimepicker":
        held["selected_date_time"] = value or element.get("initial_date_time")
    elif value is not None and kind in ("static_select", "external_select"):
        held["selected_option"] = {"value": value}
    elif kind in ("static_select", "external_select"):
        held["selected_option"] = element.get("initial_option")
    else:
        held["selected_options"] = [{"value": one} for one in value or ()]
    return {element["action_id"]: held}


@pytest.fixture
def room(slack: FakeSlack, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(desk, "KEEP_SECONDS", 20.0)
    monkeypatch.setattr(desk, "THINK_SECONDS", 20.0)
    return Desk(slack, person)


SAID = (
    ("status", "It burns"),
    ("list", "It burns"),
    ("oncall", "ML"),
    ("link", "Ana"),
    ("help", "Declare an incident"),
    ("declare slow again", "slow again"),
    ("ack looking", "is acknowledged"),
    ("lead me", "Ana is lead"),
    ("role scribe @ben", "Ben is scribe"),
    ("note seen at noon", "on the timeline"),
    ("update half is back", "update"),
    ("sev 1 everybody sees it", "SEV1"),
    ("task @ben call the bank", "task for Ben is added"),
    ("page @ben the index", "Page Ben now"),
    ("override ml me 2h", "ML"),
    ("silence alertname=x", "alertname=x"),
    ("cause data.drift", "Drift"),
    ("playbook", "No playbook fits"),
    ("drill hallucination-spike bot", "hallucination"),
    ("mitigate rolled back", "mitigated"),
    ("resolve fixed", "resolved"),
    ("reopen it is back", "is acknowledged"),
    ("resolve again", "resolved"),
    ("postmortem", "PM-"),
    ("close done", "closed"),
)


def test_every_command_is_answered_in_the_channel_of_an_incident(room: Desk) -> None:
    missing = []
    for text, seen in SAID:
        shown = room.say(text)
        if seen.lower() not in shown.lower():
            missing.append((text, seen, shown[:600]))
    assert not missing, missing[0]
    other = services.open_incident(title="No fire", severity="sev4", actor=program())
    assert "cancelled" in room.say(f"cancel {other.ref} it was a test").lower()
    names = {text.split()[0] for text, _ in SAID} | {"cancel"}
    assert names == {command.name for command in COMMANDS}
    assert not SlackRequest.objects.filter(state="failed").exists()


def test_every_form_is_opened_refused_beside_its_field_and_taken(room: Desk) -> None:
    ref, ben, soon = room.incident.ref, str(room.ben.pk), int(clock.now().timestamp()) + 600
    about = {"incident": ref}
    forms: dict[str, tuple[dict[str, Any], str]] = {
        "declare": ({"title": "Slow", "severity": "sev3"}, "title"),
        "update": ({"text": "Half is back", **about}, "text"),
        "sev": ({"severity": "sev1", "reason": "More see it", **about}, "incident"),
        "roles": ({"lead": ben, **about}, "incident"),
        "note": ({"text": "Seen at noon", **about}, "text"),
        "task": ({"title": "Call the bank", "owner": ben, **about}, "title"),
        "cause": ({"cause": "data.drift", **about}, "cause"),
        "override": ({"schedule": "ml", "person": ben, "starts": soon, "ends": soon + 60},
                     "schedule"),
        "drill": ({"scenario": "hallucination-spike", "system": "bot"}, "scenario"),
        "page": ({"person": ben, "reason": "Yours", **about}, "person"),
        "silence": ({"match": "alertname=x", "reason": "Known"}, "reason"),
        "mitigate": ({"note": "Back", **about}, "incident"),
        "resolve": ({"note": "Fixed", **about}, "incident"),
        "reopen": ({"note": "Again", **about}, "note"),
        "cancel": ({"note": "A test", **about}, "note"),
    }  # fmt: skip
    for name, (values, needed) in forms.items():
        view = room.open(name)
        refused = room.send(view, **{needed: ""})
        assert needed in refused.get("errors", {}), (name, refused)
        answer = room.send(room.open(name), **values)
        assert answer.get("response_action") in ("clear", "update"), (name, answer)
        if f"{name}-sure" in DIALOGS:
            step = View(view.id, room.ana, answer["view"])
            assert room.send(step)["response_action"] != "errors", name
    assert {name for name in DIALOGS if not name.endswith("-sure")} == set(forms)
    incident = Incident.objects.get(pk=room.incident.pk)
    assert (incident.severity, incident.status) == ("sev1", "cancelled")
    kinds = set(incident.events.values_list("kind", flat=True))
    assert {"update", "severity", "role", "note", "task", "cause", "status"} <= kinds
    for made in (Override, Silence, Drill, Page):
        assert made.objects.exists(), made
    assert not SlackRequest.objects.filter(state="failed").exists()


def test_every_event_is_taken_at_slacks_address(room: Desk) -> None:
    said = room.slack.say(room.channel, room.ana, "It is the index")
    pinned = room.slack.say(room.channel, room.ana, "It is the cache")
    item = {"type": "message", "channel": room.channel, "ts": said.ts}
    pin = {"channel_id": room.channel, "item": {"type": "message", "message": {"ts": pinned.ts}}}
    renamed = {"channel": {"id": room.channel, "name": "our-name"}}
    link = {"url": f"http://localhost:8000/incidents/{room.incident.ref}/"}
    facts: dict[str, dict[str, Any]] = {
        "app_home_opened": {"tab": "home"},
        "app_mention": {"text": "<@UBOT> list", "ts": "1.1"},
        "link_shared": {"links": [link], "message_ts": "1.1"},
        "member_joined_channel": {},
        "reaction_added": {"reaction": "pushpin", "item": item},
        "pin_added": pin,
        "pin_removed": pin,
        "channel_rename": renamed,
        "group_rename": renamed,
    }
    changed: dict[str, dict[str, Any]] = {
        "message_changed": {"message": {"ts": said.ts}},
        "message_deleted": {"deleted_ts": pinned.ts},
    }
    assert set(changed) == MESSAGES
    last = ("reaction_removed", "channel_archive", "tokens_revoked", "app_uninstalled")
    others = sorted(WANTED - set(facts) - set(last))
    for kind in (*facts, *changed, *others, *last):
        event = {"type": kind, "user": room.ana, "channel": room.channel, **facts.get(kind, {})}
        if kind in changed:
            event = {**event, "type": "message", "subtype": kind, **changed[kind]}
        if kind == "reaction_removed":
            assert room.incident.events.standing().get(kind="note").text == "It is the index"
            event |= facts["reaction_added"]
        assert post(room.slack, "events", room.slack.event(event)).status == 200
        worked()
        while capture_due():
            pass
    assert not room.incident.events.standing().filter(kind="note", withdraws=False).exists()
    row = SlackIncidentChannel.objects.get()
    assert (row.name, row.state) == ("our-name", "archived")
    assert room.ana in room.slack.homes
    assert not SlackRequest.objects.exclude(state="done").exists()
