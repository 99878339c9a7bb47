"""Sends an answer where its question came from: into the form, by response_url, or as a message
that only the asker sees. Raises `DeliveryError`; the caller tries again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core import clock
from integrations.slack.client import SlackRefused, call
from integrations.slack.inbox.chance import Chance
from integrations.slack.inbox.drawing import Drawn, as_view, origin_of
from integrations.slack.inbox.envelope import dict_of, text_of
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.inbox.places import (
    channel_of,
    external_id,
    form_opened,
    modal_of,
    pressed_in_private,
    thread_of,
    title_of_modal,
)
from integrations.slack.inbox.refilling import refilled
from integrations.slack.render.messages import text_only
from integrations.slack.response_url import respond
from notifications.channels import DeliveryError

URL_LIVES = timedelta(minutes=29)
"""Slack says half an hour."""

PLACE_COMES = timedelta(seconds=6)
"""The front may still be opening it."""

TRIGGER_LIVES = timedelta(seconds=2.5)
NO_PLACE = frozenset({"not_found", "view_not_found"})
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
NOT_THERE = frozenset(
    {
        "channel_not_found",
        "expired_url",
        "is_archived",
        "no_response_url",
        "not_in_channel",
        "user_not_in_channel",
    }
)
TOO_MUCH = frozenset({"invalid_blocks", "msg_blocks_too_long", "msg_too_long"})


def send(request: SlackRequest, answer: Drawn, chance: Chance | None = None) -> None:
    if request.kind == "submission":
        _to_form(request, answer, chance)
        return
    if not answer:
        return
    if modal := modal_of(request.payload):
        _update({"view_id": modal}, _as_view(request, answer))
        return
    title = form_opened(request.kind, request.payload)
    if title and _into_place(request, answer.get("view") or as_view(title, answer["message"])):
        return
    if "view" in answer and not title and _opened(request, answer["view"]):
        return
    _say(request, answer)


def _to_form(request: SlackRequest, answer: Drawn, chance: Chance | None) -> None:
    """In time as the acknowledgement, and else into the form, which says that it is at work."""
    url = origin_of(request).response_url
    elsewhere = bool(url and "message" in answer and "view" not in answer)
    if chance is not None:
        if not chance.offer(_acknowledgement(request, answer, elsewhere)):
            # Not before Slack has drawn that it is at work, or that would cover what it came to.
            raise DeliveryError("The acknowledgement is still on its way.", retry_after=1.0)
        if elsewhere:
            _say(request, answer, url=url)
        return
    view = dict_of(request.payload.get("view"))
    drawn = refilled(view, answer["errors"]) if "errors" in answer else _as_view(request, answer)
    try:
        _update({"view_id": modal_of(request.payload)}, drawn)
    except SlackRefused as error:
        # They have closed it: said where it was asked for, unless it was only about its fields.
        if error.code not in NO_PLACE or "message" not in answer:
            raise
        _say(request, answer, url=url)


def _acknowledgement(request: SlackRequest, answer: Drawn, elsewhere: bool) -> Drawn:
    if "errors" in answer:
        return {"response_action": "errors", "errors": answer["errors"]}
    if not answer or elsewhere:
        return {"response_action": "clear"}
    return {"response_action": "update", "view": _as_view(request, answer)}


def _as_view(request: SlackRequest, answer: Drawn) -> Drawn:
    view: Drawn | None = answer.get("view")
    return view or as_view(title_of_modal(request.payload), answer.get("message") or {})


def _into_place(request: SlackRequest, view: Drawn) -> bool:
    """Into the view that the front has opened; False when there is none."""
    name = external_id(request.pk)
    try:
        _update({"external_id": name}, {**view, "external_id": name})
    except SlackRefused as error:
        if error.code not in NO_PLACE:
            raise
        if clock.now() - request.received_at < PLACE_COMES:
            raise DeliveryError("The form's place is not open yet.", retry_after=0.5) from error
        return False
    return True


def _opened(request: SlackRequest, view: Drawn) -> bool:
    """A form that nobody foresaw, while its trigger lives."""
    trigger = text_of(request.payload.get("trigger_id"), 200)
    if not trigger or clock.now() - request.received_at > TRIGGER_LIVES:
        return False
    try:
        call("views.open", {"trigger_id": trigger, "view": view}, timeout=3)
    except SlackRefused as error:
        if error.code not in TOO_LATE:
            raise
        return False
    return True


def _update(which: dict[str, str], view: Drawn) -> None:
    call("views.update", {**which, "view": view})


def _say(request: SlackRequest, answer: Drawn, *, url: str = "") -> None:
    """By the first way that is open: the response_url, then the channel, then a direct message."""
    body: Drawn = answer["message"]
    ways: list[Callable[[Drawn], Any]] = []
    payload = request.payload
    url = url or text_of(payload.get("response_url"), 500)
    if url and clock.now() - request.received_at < URL_LIVES:
        over = bool(answer.get("replaces")) and pressed_in_private(payload)
        kind = "ephemeral" if answer.get("private", True) else "in_channel"
        place = {"response_type": kind, "replace_original": over}
        ways.append(lambda body: respond(url, {**body, **place}))
    channel, person = channel_of(payload) or origin_of(request).channel, request.slack_user_id
    if channel:
        where = {"channel": channel, "thread_ts": thread_of(payload)}
        where = {name: value for name, value in where.items() if value}
        if answer.get("private", True):
            ways.append(lambda body: call("chat.postEphemeral", {**where, "user": person, **body}))
        else:
            ways.append(lambda body: call("chat.postMessage", {**where, **body}))
    ways.append(lambda body: call("chat.postMessage", {"channel": person, **body}))
    _first_open(ways, body)


def _first_open(ways: list[Callable[[Drawn], Any]], body: Drawn) -> None:
    for number, way in enumerate(ways, start=1):
        try:
            _fitting(way, body)
        except SlackRefused as error:
            if error.code not in NOT_THERE or number == len(ways):
                raise
        else:
            return


def _fitting(way: Callable[[Drawn], Any], body: Drawn) -> None:
    """What Slack finds too much or malformed goes out as plain text."""
    try:
        way(body)
    except SlackRefused as error:
        if error.code not in TOO_MUCH:
            raise
        way(text_only(body))
