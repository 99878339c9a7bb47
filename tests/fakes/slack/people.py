"""users.*, auth.test: who is in the workspace, and who the app is."""

from __future__ import annotations

from tests.fakes.slack.methods import method
from tests.fakes.slack.world import BOT_USER, Answer, Arguments, World, error


@method("auth.test", tier=4)
def auth_test(slack: World, _: Arguments) -> Answer:
    return {
        "ok": True,
        "url": "https://fake.slack.com/",
        "team": "Fake",
        "team_id": slack.team,
        "user": "aire",
        "user_id": BOT_USER,
        "bot_id": "B0001",
    }


@method("users.lookupByEmail", scope="users:read.email", tier=3)
def lookup_by_email(slack: World, arguments: Arguments) -> Answer:
    slack_id = slack.users.get(str(arguments.get("email", "")).lower())
    member = slack.member(slack_id) if slack_id else None
    if member is None or member.deleted:
        return error("users_not_found")
    return {"ok": True, "user": member.told(with_email=True)}


@method("users.info", scope="users:read", tier=4)
def info(slack: World, arguments: Arguments) -> Answer:
    member = slack.member(str(arguments.get("user", "")))
    if member is None:
        return error("user_not_found")
    with_email = slack.scopes is None or "users:read.email" in slack.scopes
    return {"ok": True, "user": member.told(with_email=with_email)}
