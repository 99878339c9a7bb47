"""What admins see of Slack: the manifest, scopes, faults; and who else sees none of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from accounts.models import Role, User
from chatops.registry import COMMANDS
from integrations.slack.client import SlackRefused, call
from integrations.slack.events.wanted import WANTED
from integrations.slack.health import faults, workspace
from integrations.slack.health.manifest import as_yaml, creating_link, manifest
from integrations.slack.health.scopes import EVENTS, NAMES, NEEDED
from integrations.slack.health.selectors import health
from integrations.slack.models import SlackFault
from tests.cast import api_client, make_user, sign_in
from tests.fakes.slack import FakeSlack, Fault

PATHS = ("/settings/slack/", "/settings/slack/manifest/")


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_noted", {})
    monkeypatch.setattr(workspace, "_remembered", {})


def refused(method: str, **arguments: Any) -> None:
    with pytest.raises(SlackRefused):
        call(method, arguments)


def test_the_manifest_names_this_installations_addresses_and_every_command() -> None:
    made = manifest(base_url="https://aire.example.org/", socket_mode=False)
    (command,) = made["features"]["slash_commands"]
    assert command["url"] == "https://aire.example.org/slack/commands/"
    assert [one.name for one in COMMANDS] == command["usage_hint"].split(" | ")
    events = made["settings"]["event_subscriptions"]
    assert events["request_url"] == "https://aire.example.org/slack/events/"
    assert made["features"]["unfurl_domains"] == ["aire.example.org"]
    assert yaml.safe_load(as_yaml(made)) == made
    assert json.loads(json.dumps(made)) == made
    assert len(creating_link(made)) > 1_000


def test_the_manifest_keeps_slacks_limits() -> None:
    made = manifest(base_url="https://aire.example.org", socket_mode=False)
    about = made["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert len(made["features"]["slash_commands"][0]["usage_hint"]) <= 1_000


def test_with_socket_mode_slack_is_told_no_address() -> None:
    made = manifest(base_url="https://aire.example.org", socket_mode=True)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "https://aire.example.org" not in json.dumps(made)


def test_every_event_that_is_asked_for_is_also_taken() -> None:
    asked = {name.partition(".")[0] for name in EVENTS}
    assert asked == WANTED | {"message"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("path", PATHS)
def test_only_admins_see_how_slack_is(role: str, path: str) -> None:
    user = make_user(f"Some {role}", role)
    expected = 200 if role == "admin" else 403
    assert sign_in(user).get(path).status_code == expected
    assert api_client(user).get(f"/api/v1{path.removeprefix('/settings')}").status_code == expected


@pytest.mark.django_db
def test_without_a_token_the_page_says_how_to_begin(owner: User) -> None:
    page = sign_in(owner).get("/settings/slack/").content.decode()
    assert "Slack is not connected" in page
    assert "api.slack.com/apps?new_app=1" in page


@pytest.mark.django_db
def test_scopes_that_are_missing_are_named_with_what_they_are_for(
    slack: FakeSlack, owner: User
) -> None:
    slack.scopes = set(NAMES) - {"channels:manage"} | {"admin"}
    browser = sign_in(owner)
    browser.post("/settings/slack/check/")
    page = browser.get("/settings/slack/").content.decode()
    assert "Connected, with some scopes missing" in page
    assert "A channel for each incident" in page
    assert "does not ask for it: admin" in page
    slack.scopes = set(NAMES) - {"chat:write"}
    browser.post("/settings/slack/check/")
    assert health().state == "lacking"
    slack.scopes = set(NAMES)
    browser.post("/settings/slack/check/")
    assert health().state == "ok"
    assert set(NAMES) >= NEEDED


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_revoked_token_is_shown_to_admins_until_it_works_again(
    slack: FakeSlack, owner: User, teammate: User, code: str
) -> None:
    slack.revoked = code
    refused("chat.postMessage", channel="C1", text="x")
    refused("chat.postMessage", channel="C1", text="x")
    assert SlackFault.objects.get().times == 1  # a storm of them is one line
    assert health().state == "failing"
    assert "Slack refuses AIRE" in sign_in(owner).get("/").content.decode()
    assert "Slack refuses AIRE" not in sign_in(teammate).get("/").content.decode()
    assert code in sign_in(owner).get("/settings/slack/").content.decode()
    slack.revoked = ""
    workspace.look()
    assert health().faults == []


@pytest.mark.django_db
def test_a_missing_scope_is_named_and_gone_when_it_is_granted(slack: FakeSlack) -> None:
    slack.scopes = {"chat:write"}
    refused("users.info", user="U1")
    (fault,) = health().faults
    assert (fault.code, fault.subject) == ("missing_scope", "users:read")
    slack.scopes = set(NAMES)
    workspace.look()
    assert health().faults == []


@pytest.mark.django_db
def test_an_archived_channel_is_named_until_a_post_goes_through(slack: FakeSlack) -> None:
    channel = slack.channels.add("C7")
    channel.archived = True
    refused("chat.postMessage", channel="C7", text="x")
    (fault,) = health().faults
    assert (fault.code, fault.subject) == ("is_archived", "C7")
    channel.archived = False
    call("chat.postMessage", {"channel": "C7", "text": "x"})
    assert health().faults == []


@pytest.mark.django_db
def test_what_nobody_has_to_mend_is_no_fault(slack: FakeSlack) -> None:
    slack.script(Fault(status=429, retry_after=30), Fault(error="fatal_error"))
    for _ in range(2):
        refused("chat.postMessage", channel="C1", text="x")
    assert health().faults == []
