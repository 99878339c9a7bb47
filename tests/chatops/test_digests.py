"""Channels that are told once a day: the rows, their page, API and file, and when they are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role, Team, User
from chatops import digesting
from chatops.digesting import delete_digest, next_due, run_due_digests, save_digest
from chatops.manifest import ChannelDigestKind
from chatops.models import ChannelDigest
from chatops.surface import Digest
from core import clock
from core.errors import Invalid
from core.registry import Registry
from integrations.slack.posts.models import SlackPost
from tests.cast import TESTER, api_client, make_user, sign_in
from tests.chatops.cast import words
from tests.incidents.cast import make_incident

Posted = list[tuple[str, str, Digest]]


@pytest.fixture
def posted(db: None, monkeypatch: pytest.MonkeyPatch) -> Posted:
    """A chat called `talk` that notes down what it is asked to post, each key once."""
    said: Posted = []
    registry: Registry[digesting.Poster] = Registry("digest poster")

    def post(*, address: str, digest: Digest, key: str) -> str:
        if key not in [known for _, known, _ in said]:
            said.append((address, key, digest))
        return ""

    registry.add("talk", post)
    monkeypatch.setattr(digesting, "posters", registry)
    monkeypatch.setattr("chatops.digest_views.posters", registry)
    return said


@pytest.fixture
def manager(db: None) -> User:
    return make_user("Mia Manager", Role.MANAGER)


def make_digest(slug: str = "daily", **more: object) -> ChannelDigest:
    wanted = {"chat": "talk", "channel": "#incidents", "hour": 9, "time_zone": "Europe/Berlin"}
    return save_digest(slug=slug, actor=TESTER, **{**wanted, **more})


def due_now() -> None:
    ChannelDigest.objects.update(due_at=clock.now() - timedelta(seconds=1))


def test_a_channel_is_told_once_a_day(posted: Posted, team: Team) -> None:
    make_incident("On fire")
    make_digest()
    make_digest("team", channel="C042", team=team.slug)
    assert run_due_digests() == 0
    due_now()
    assert run_due_digests() == 2
    assert run_due_digests() == 0
    assert sorted(address for address, _, _ in posted) == ["#incidents", "C042"]
    by_channel = {address: digest for address, _, digest in posted}
    assert "On fire" in words(by_channel["#incidents"].blocks)
    assert "On fire" not in words(by_channel["C042"].blocks)
    for row in ChannelDigest.objects.all():
        assert row.due_at > clock.now()
        assert row.last_sent_at is not None


def test_a_digest_whose_posting_fails_is_tried_again(
    posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_digest()
    due_now()

    def fail(**_: object) -> Digest:
        raise RuntimeError("broken")

    with monkeypatch.context() as broken:
        broken.setattr(digesting, "digest", fail)
        run_due_digests()
    assert posted == []
    ChannelDigest.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    run_due_digests()
    assert [address for address, _, _ in posted] == [row.channel]


def test_a_chat_that_is_gone_is_said_on_the_page(posted: Posted, teammate: User) -> None:
    make_digest()
    ChannelDigest.objects.update(chat="gone")
    due_now()
    run_due_digests()
    page = sign_in(teammate).get("/settings/digests/").content.decode()
    assert "No chat called gone is connected." in page


@pytest.mark.parametrize(
    ("after", "hour", "zone", "weekdays", "due"),
    [
        ("2026-03-04T06:00", 9, "UTC", True, "2026-03-04T09:00"),  # a Wednesday
        ("2026-03-04T09:00", 9, "UTC", True, "2026-03-05T09:00"),
        ("2026-03-06T10:00", 9, "UTC", True, "2026-03-09T09:00"),
        ("2026-03-06T10:00", 9, "UTC", False, "2026-03-07T09:00"),
        ("2026-03-04T06:00", 9, "Asia/Tokyo", True, "2026-03-05T00:00"),
        ("2026-03-28T12:00", 9, "Europe/Berlin", False, "2026-03-29T07:00"),  # summer time
        ("2026-10-24T12:00", 9, "Europe/Berlin", False, "2026-10-25T08:00"),  # winter time
    ],
)
def test_it_is_due_at_its_hour_in_its_zone(
    after: str, hour: int, zone: str, weekdays: bool, due: str
) -> None:
    row = ChannelDigest(hour=hour, time_zone=zone, weekdays_only=weekdays)
    found = next_due(row, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chat", "nope"),
        ("channel", ""),
        ("channel", "<!channel>"),
        ("channel", "a b"),
        ("hour", 24),
        ("hour", "9"),
        ("time_zone", "Mars/Olympus"),
        ("team", "nope"),
    ],
)
def test_what_cannot_be_a_digest_is_refused_at_its_field(
    posted: Posted, field: str, value: object
) -> None:
    with pytest.raises(Invalid) as caught:
        make_digest(**{field: value})
    assert caught.value.errors.keys() == {field}
    assert not ChannelDigest.objects.exists()


def test_managers_change_it_on_its_page_and_others_look(
    posted: Posted, manager: User, teammate: User
) -> None:
    browser = sign_in(manager)
    data = {"slug": "daily", "chat": "talk", "channel": "#ops", "hour": "8", "time_zone": "UTC"}
    assert browser.get("/settings/digests/new/").status_code == 200
    assert browser.post("/settings/digests/new/", data)["Location"] == "/settings/digests/"
    assert browser.post("/settings/digests/new/", data).status_code == 422
    browser.post("/settings/digests/daily/", {**data, "channel": "#other"})
    assert ChannelDigest.objects.get().channel == "#other"
    wrong = browser.post("/settings/digests/daily/", {**data, "channel": "<!here>"})
    assert wrong.status_code == 422
    looking = sign_in(teammate)
    assert "#other" in looking.get("/settings/digests/").content.decode()
    for path in ("new/", "daily/", "daily/delete/"):
        assert looking.post(f"/settings/digests/{path}", data).status_code == 403
    browser.post("/settings/digests/daily/delete/")
    assert not ChannelDigest.objects.exists()


def test_the_api_has_the_same(posted: Posted, manager: User, teammate: User) -> None:
    client, path = api_client(manager), "/api/v1/channel-digests/"
    body = {"slug": "daily", "chat": "talk", "channel": "#ops", "hour": 8}
    assert client.post(path, body, format="json").status_code == 201
    assert client.post(path, {**body, "hour": 25}, format="json").status_code == 400
    assert [row["slug"] for row in client.get(path).json()["results"]] == ["daily"]
    others = api_client(teammate)
    assert others.get(f"{path}daily/").json()["team"] is None
    assert others.post(path, body, format="json").status_code == 403
    assert others.delete(f"{path}daily/").status_code == 403
    assert client.delete(f"{path}daily/").status_code == 204
    assert client.get(f"{path}daily/").status_code == 404


def test_what_is_in_a_file_is_present_as_it_was_said(posted: Posted, team: Team) -> None:
    make_digest(team=team.slug, weekdays_only=False)
    kind = ChannelDigestKind()
    resource = kind.present()["daily"]
    delete_digest(slug="daily", actor=TESTER)
    kind.save(resource, actor=TESTER)
    assert kind.present()["daily"] == resource
    assert [one.identity for one in kind.references(resource)] == [team.slug]


def test_slack_keeps_it_as_a_post_or_says_that_it_is_not_connected(db: None, settings: Any) -> None:
    make_incident("<!channel> burns")
    make_digest(chat="slack")
    for token, error in (("", "Slack is not connected."), ("xoxb-1", "")):
        settings.AIRE_SLACK_BOT_TOKEN = token
        due_now()
        run_due_digests()
        assert ChannelDigest.objects.get().last_error == error
    post = SlackPost.objects.get(channel="#incidents")
    assert "&lt;!channel&gt; burns" in str(post.body)
