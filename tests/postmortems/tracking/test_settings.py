"""Connecting trackers: by admins, without showing a secret again."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from core.errors import Conflict, Invalid
from postmortems.models import Tracker, TrackerLink
from postmortems.tracking import services
from tests.cast import actor_of, sign_in
from tests.postmortems.actions.cast import make_action

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Team board",
    "slug": "board",
    "base_url": "https://api.github.com",
    "repository": "acme/assistants",
    "token": "ghp_secret",
    "webhook_secret": "hush-hush",
    "enabled": "on",
}


def test_an_admin_connects_one_and_never_sees_the_secret_again(owner: User) -> None:
    client = sign_in(owner)
    assert client.get("/settings/trackers/new/github/").status_code == 200
    answer = client.post("/settings/trackers/new/github/", FORM)
    assert answer.headers["Location"] == "/settings/trackers/"
    tracker = Tracker.objects.get()
    assert tracker.token.reveal() == "ghp_secret"
    for address in ("/settings/trackers/", "/settings/trackers/board/"):
        page = client.get(address).content.decode()
        assert "Team board" in page
        assert "ghp_secret" not in page
        assert "hush-hush" not in page
    assert "/hooks/board/" in client.get("/settings/trackers/board/").content.decode()
    kept = {**FORM, "name": "Renamed", "token": "", "webhook_secret": ""}
    client.post("/settings/trackers/board/", kept)
    tracker.refresh_from_db()
    assert (tracker.name, tracker.token.reveal()) == ("Renamed", "ghp_secret")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"base_url": "ftp://x"}, "base_url"),
        ({"base_url": "https://user@host/"}, "base_url"),
        ({"repository": ""}, "repository"),
        ({"token": "geheim é"}, "token"),
        ({"slug": "No Good"}, "slug"),
    ],
)
def test_what_cannot_be_is_named_by_field(owner: User, wrong: dict[str, str], field: str) -> None:
    answer = sign_in(owner).post("/settings/trackers/new/github/", {**FORM, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Tracker.objects.exists()


def test_a_taken_name_and_an_unknown_kind(owner: User) -> None:
    client = sign_in(owner)
    client.post("/settings/trackers/new/github/", FORM)
    again = client.post("/settings/trackers/new/github/", {**FORM, "name": "Other"})
    assert again.status_code == 422
    assert client.get("/settings/trackers/new/bugzilla/").status_code == 404
    with pytest.raises(Invalid):
        services.save_tracker(slug="x", name="x", kind="bugzilla", actor=actor_of(owner))


def test_only_admins_connect(teammate: User) -> None:
    client = sign_in(teammate)
    for address in ("/settings/trackers/", "/settings/trackers/new/github/"):
        assert client.get(address).status_code == 403


def tracker_of(owner: User, **more: Any) -> Tracker:
    wanted = {"slug": "board", "name": "Board", "kind": "github"}
    options = {"repository": "acme/assistants"}
    return services.save_tracker(actor=actor_of(owner), options=options, **{**wanted, **more})


def test_an_action_is_linked_retried_and_unlinked_on_its_page(owner: User, teammate: User) -> None:
    tracker, action = tracker_of(owner), make_action(teammate)
    client = sign_in(teammate)
    assert "Make an issue" in client.get(f"/actions/{action.ref}/").content.decode()
    client.post(f"/actions/{action.ref}/tracker/", {"tracker": tracker.pk})
    link = TrackerLink.objects.get()
    TrackerLink.objects.update(state="failed", error="Work does not accept the token.")
    page = client.get(f"/actions/{action.ref}/").content.decode()
    assert "Work does not accept the token." in page
    client.post(f"/actions/{action.ref}/tracker/retry/")
    link.refresh_from_db()
    assert link.state == "pending"
    client.post(f"/actions/{action.ref}/tracker/remove/")
    assert not TrackerLink.objects.exists()


def test_what_is_linked_or_switched_off_is_refused(owner: User) -> None:
    tracker, action = tracker_of(owner), make_action(owner)
    services.link_action(action=action, tracker=tracker, actor=actor_of(owner))
    with pytest.raises(Conflict, match="already"):
        services.link_action(action=action, tracker=tracker, actor=actor_of(owner))
    tracker = tracker_of(owner, enabled=False)
    with pytest.raises(Conflict, match="switched off"):
        services.link_action(action=make_action(owner), tracker=tracker, actor=actor_of(owner))


def test_new_settings_try_again_what_had_given_up(owner: User) -> None:
    tracker, action = tracker_of(owner), make_action(owner)
    services.link_action(action=action, tracker=tracker, actor=actor_of(owner))
    TrackerLink.objects.update(state="failed", error="The token")
    tracker_of(owner, token="a-new-one")
    assert TrackerLink.objects.get().state == "pending"


def test_a_token_is_not_sent_to_another_host_than_it_was_given_for(owner: User) -> None:
    tracker_of(owner, base_url="https://git.example.org/api", token="for-git")
    with pytest.raises(Invalid) as refused:
        tracker_of(owner, base_url="https://evil.example.org/api")
    with pytest.raises(Invalid, match="not saved"):
        tracker_of(owner, base_url="http://git.example.org/api")
    assert "token" in refused.value.errors
    tracker_of(owner, base_url="https://git.example.org/api/v3")
    moved = tracker_of(owner, base_url="https://new.example.org/api", token="for-new")
    assert moved.token.reveal() == "for-new"
