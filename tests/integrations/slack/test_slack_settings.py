"""Which channels are told of what: pages, documents, the way from an incident to its channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from core.actor import program
from core.errors import Invalid
from incidents import services as incidents
from integrations.slack.channels import services
from integrations.slack.channels.manifest import SlackChannelKind, SlackSettingsKind
from integrations.slack.channels.models import (
    SlackAnnouncement,
    SlackIncidentChannel,
    SlackSetting,
)
from integrations.slack.channels.selectors import setting
from integrations.slack.posts.models import SlackPost
from tests.cast import api_client
from tests.fakes.slack import FakeSlack

pytestmark = pytest.mark.django_db
ME = program("Ben")
HOME = "/settings/slack/channels/"


@pytest.fixture
def admin(client: Client, person: Callable[..., User]) -> Client:
    client.force_login(person("Ada", role="admin"))
    return client


def test_an_admin_adds_changes_and_takes_away_a_channel(admin: Client) -> None:
    given = {"slug": "ops", "channel": "#ops", "severity": "sev2", "verbosity": "key"}
    assert admin.post(f"{HOME}new/", given).status_code == 302
    assert admin.post(f"{HOME}new/", given).status_code == 422
    changed = {"channel": "C024", "severity": "sev1", "verbosity": "card", "drills": "on"}
    assert admin.post(f"{HOME}ops/", changed).status_code == 302
    row = SlackAnnouncement.objects.get()
    assert (row.channel, row.severity, row.drills) == ("C024", "sev1", True)
    assert "C024" in admin.get(HOME).content.decode()
    admin.post(f"{HOME}ops/remove/")
    assert not SlackAnnouncement.objects.exists()


def test_only_an_admin_may(client: Client, person: Callable[..., User]) -> None:
    client.force_login(person("Ana", role="manager"))
    assert client.get(HOME).status_code == 403
    assert client.post(f"{HOME}new/", {}).status_code == 403


def test_the_settings_are_saved_with_emojis_as_people_write_them(admin: Client) -> None:
    given = {
        "channel_from": "sev1", "prefix": "war", "verbosity": "all", "archive_after_days": "",
        "event_emojis": ":pushpin:, eyes  eyes", "task_emojis": "clipboard",
    }  # fmt: skip
    assert admin.post(HOME, given).status_code == 302
    kept = setting()
    assert (kept.prefix, kept.archive_after_days) == ("war", None)
    assert kept.event_emojis == ["pushpin", "eyes"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"prefix": "Not So"}, "prefix"),
        ({"event_emojis": ["<!channel>"]}, "event_emojis"),
        ({"event_emojis": ["memo"], "task_emojis": ["memo"]}, "task_emojis"),
        ({"archive_after_days": 999}, "archive_after_days"),
        ({"channel_from": "sev9"}, "channel_from"),
        ({"resolve_emojis": ["tada"]}, "resolve_emojis"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.save_setting(actor=ME, **wanted)
    assert field in refused.value.errors


@pytest.mark.parametrize("channel", ["", "#", "<!channel>", "#two words", "@ana", "x" * 90])
def test_what_is_no_channel_is_refused(channel: str) -> None:
    with pytest.raises(Invalid):
        services.save_announcement(slug="a", channel=channel, actor=ME)


def test_what_is_in_a_file_is_present_as_it_was_said() -> None:
    services.save_announcement(slug="ops", channel="#ops", verbosity="all", actor=ME)
    services.save_setting(actor=ME, channel_from="", prefix="war")
    for kind in (SlackChannelKind(), SlackSettingsKind()):
        for identity, resource in kind.present().items():
            before = kind.present()
            kind.remove(identity, actor=ME)
            kind.save(resource, actor=ME)  # type: ignore[arg-type]  # each with its own
            assert kind.present() == before


def test_what_slack_refused_is_shown_without_what_it_says(admin: Client, slack: FakeSlack) -> None:
    incident = incidents.open_incident(
        title="Secret payroll", severity="sev4", actor=ME, page=False, private=True
    )
    SlackPost.objects.create(
        key="x", kind="card", channel="C1", state="detached", incident=incident,
        error="The Slack channel is archived.", error_at="2026-11-27T00:00Z",
    )  # fmt: skip
    SlackIncidentChannel.objects.create(
        incident=incident, state="failed", error="Forbidden there.", error_at="2026-11-27T00:00Z"
    )
    page = admin.get(HOME).content.decode()
    assert "The Slack channel is archived." in page
    assert "Forbidden there." in page
    assert "payroll" not in page
    admin.post(f"{HOME}again/")
    assert SlackPost.objects.get().state == "pending"
    assert SlackIncidentChannel.objects.get().state == "pending"


def test_an_incident_without_a_channel_can_be_given_one_on_its_page(
    client: Client, person: Callable[..., User], slack: FakeSlack
) -> None:
    client.force_login(person("Ana"))
    incident = incidents.open_incident(title="Small", severity="sev4", actor=ME, page=False)
    path = f"/incidents/{incident.ref}/"
    assert "Open a channel" in client.get(path).content.decode()
    client.post(f"/settings/slack/incidents/{incident.ref}/")
    row = SlackIncidentChannel.objects.get()
    assert "It is being made." in client.get(path).content.decode()
    SlackIncidentChannel.objects.update(channel_id="C42", name="inc-42-small", state="settled")
    assert "#inc-42-small" in client.get(path).content.decode()
    assert row.incident == incident


def test_a_stranger_opens_no_channel_for_a_private_incident(
    client: Client, person: Callable[..., User], slack: FakeSlack
) -> None:
    incident = incidents.open_incident(
        title="Secret", severity="sev4", actor=ME, page=False, private=True
    )
    client.force_login(person("Eve"))
    assert client.post(f"/settings/slack/incidents/{incident.ref}/").status_code == 404
    assert not SlackIncidentChannel.objects.exists()


def test_nothing_is_shown_where_slack_is_not_connected(
    client: Client, person: Callable[..., User], settings: Any
) -> None:
    settings.AIRE_SLACK_BOT_TOKEN = ""
    client.force_login(person("Ana"))
    incident = incidents.open_incident(title="Small", severity="sev4", actor=ME, page=False)
    assert "Slack channel" not in client.get(f"/incidents/{incident.ref}/").content.decode()
    assert not SlackSetting.objects.exists()


def test_the_api_has_the_same_for_admins_alone(person: Callable[..., User]) -> None:
    path = "/api/v1/slack/channels/"
    admin, manager = person("Ada", role="admin"), person("Ana", role="manager")
    given = {"slug": "ops", "channel": "#ops", "verbosity": "key"}
    refused = api_client(manager).post(path, given, format="json")
    assert (refused.status_code, api_client(manager).get(path).status_code) == (403, 403)
    assert api_client(admin).post(path, given, format="json").status_code == 201
    assert api_client(admin).get(path).json()["results"][0]["verbosity"] == "key"
    assert api_client(admin).delete(f"{path}ops/").status_code == 204


def test_the_api_changes_the_settings_and_tries_again(
    person: Callable[..., User], slack: FakeSlack
) -> None:
    path = "/api/v1/slack/settings/"
    admin, manager = api_client(person("Ada", role="admin")), api_client(person("Ana"))
    assert admin.get(path).json()["channel_from"] == "sev2"
    changed = admin.patch(path, {"channel_from": "", "archive_after_days": None}, format="json")
    assert (changed.status_code, changed.json()["prefix"]) == (200, "inc")
    assert (setting().channel_from, setting().archive_after_days) == ("", None)
    wrong = admin.patch(path, {"prefix": "No Good", "event_emojis": ["x y"]}, format="json")
    assert wrong.status_code == 400
    assert {"prefix", "event_emojis"} <= set(wrong.json()["errors"])
    SlackPost.objects.create(
        key="x", kind="card", channel="C1", state="detached", error="It is archived.",
        error_at=clock.now(),
    )  # fmt: skip
    assert admin.get("/api/v1/slack/").json()["given_up"][0]["reason"] == "It is archived."
    assert admin.post("/api/v1/slack/try-again/").json() == {"tried": 1}
    assert admin.post("/api/v1/slack/check/").json()["team"] == slack.team
    assert manager.patch(path, {"prefix": "x"}, format="json").status_code == 403
    for action in ("try-again", "check"):
        assert manager.post(f"/api/v1/slack/{action}/").status_code == 403


def test_the_api_opens_a_channel_for_who_may_see_the_incident(
    person: Callable[..., User], slack: FakeSlack
) -> None:
    secret = incidents.open_incident(
        title="Secret", severity="sev4", actor=ME, page=False, private=True
    )
    seen = incidents.open_incident(title="Small", severity="sev4", actor=ME, page=False)
    ana = api_client(person("Ana"))
    for incident, status in ((secret, 404), (seen, 202)):
        path = f"/api/v1/incidents/{incident.ref}/slack-channel/"
        assert ana.post(path).status_code == status
    assert ana.get(path).json()["state"] == "pending"
