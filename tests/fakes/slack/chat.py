"""chat.*: posts, edits, answers for one person, unfurls; and response_urls."""

from __future__ import annotations

import json
import time

from tests.fakes.slack.limits import right_blocks, wrong_message
from tests.fakes.slack.methods import method
from tests.fakes.slack.world import Answer, Arguments, Post, ResponseUrl, World, error

RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60


@method("chat.postMessage", scope="chat:write", burst=8, by="channel")
def post_message(slack: World, arguments: Arguments) -> Answer:
    wanted = str(arguments.get("channel", ""))
    channel = slack.conversation(wanted)
    if channel is None:
        return error("channel_not_found")
    if wanted in slack.channels:
        known = slack.channels[wanted]
        if known.archived:
            return error("is_archived")
        if not known.joined:
            return error("not_in_channel")
    if problem := wrong_message(arguments):
        return error(problem)
    post = slack.keep(Post(channel, slack.stamp(), arguments))
    return {"ok": True, "channel": channel, "ts": post.ts, "message": arguments}


@method("chat.postEphemeral", scope="chat:write", tier=4)
def post_ephemeral(slack: World, arguments: Arguments) -> Answer:
    channel = slack.conversation(str(arguments.get("channel", "")))
    user = str(arguments.get("user", ""))
    if channel is None:
        return error("channel_not_found")
    if slack.member(user) is None:
        return error("user_not_in_channel")
    if problem := wrong_message(arguments):
        return error(problem)
    slack.keep(Post(channel, "", arguments, seen_by=user))
    return {"ok": True, "message_ts": slack.stamp()}


@method("chat.update", scope="chat:write", tier=3)
def update(slack: World, arguments: Arguments) -> Answer:
    for post in slack.posts:
        if post.channel == arguments.get("channel") and post.ts == arguments.get("ts"):
            if post.channel in slack.channels and slack.channels[post.channel].archived:
                return error("is_archived")
            if problem := wrong_message(arguments):
                return error(problem)
            post.history.append(post.body)
            post.body = arguments
            return {"ok": True, "channel": post.channel, "ts": post.ts, "text": post.text}
    return error("message_not_found")


@method("chat.unfurl", scope="links:write", tier=3)
def unfurl(slack: World, arguments: Arguments) -> Answer:
    unfurls = arguments.get("unfurls")
    unfurls = json.loads(unfurls) if isinstance(unfurls, str) else unfurls
    if not isinstance(unfurls, dict) or not unfurls:
        return error("cannot_parse_attachment")
    for preview in unfurls.values():
        if not right_blocks(list(preview.get("blocks") or []), where="message"):
            return error("cannot_unfurl_message")
    slack.unfurls.append({**arguments, "unfurls": unfurls})
    return {"ok": True}


def respond(slack: World, token: str, arguments: Arguments) -> tuple[int, str]:
    """A POST to a response_url: five times within half an hour."""
    known: ResponseUrl | None = slack.response_urls.get(token)
    if known is None:
        return 404, "no_such_url"
    if time.monotonic() - known.made > RESPONSE_SECONDS:
        return 404, "expired_url"
    if known.uses >= RESPONSE_USES:
        return 404, "used_url"
    known.uses += 1
    if arguments.get("delete_original"):
        return 200, "ok"
    if problem := wrong_message(arguments):
        return 400, problem
    if arguments.get("replace_original") and known.message_ts:
        update(slack, {**arguments, "channel": known.channel, "ts": known.message_ts})
        return 200, "ok"
    for_all = arguments.get("response_type") == "in_channel"
    seen_by = "" if for_all else known.user
    slack.keep(Post(known.channel, slack.stamp() if for_all else "", arguments, seen_by=seen_by))
    return 200, "ok"
