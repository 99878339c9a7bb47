"""What a button press does: as the person who pressed, once, with an answer only they see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Role, User
from accounts.permissions import require_role
from core.actor import Actor, Via
from core.errors import AireError, Conflict
from core.hints import hint_on_commit
from core.logs import get_logger
from incidents import services
from incidents.models import Incident
from integrations.slack.channel import EPHEMERAL
from integrations.slack.incident_words import MOVES, already_words
from integrations.slack.models import SlackInteraction
from integrations.slack.people import user_of
from notifications.channels import DeliveryError
from notifications.message import Message, line
from notifications.models import Delivery

log = get_logger(__name__)
_REF = re.compile(r"INC-([0-9]{1,9})")
_ID = re.compile(r"[A-Z0-9]{2,32}")


@dataclass(frozen=True, slots=True)
class Press:
    """What of Slack's payload is used, checked."""

    key: str
    slack_user_id: str
    slack_channel_id: str
    action: str
    ref: str


def press(payload: dict[str, Any]) -> None:
    """Take every press of a payload once, however often Slack sends it."""
    for action in _list(payload.get("actions")):
        if isinstance(action, dict) and str(action.get("action_id")) in MOVES:
            _take(_read(payload, action))


def _read(payload: dict[str, Any], action: dict[str, Any]) -> Press:
    user, channel = _dict(payload.get("user")), _dict(payload.get("channel"))
    container = _dict(payload.get("container"))
    who = line(user.get("id"), limit=32)
    where = line(channel.get("id") or container.get("channel_id"), limit=32)
    stamp = line(action.get("action_ts"), limit=40)
    name, ref = str(action["action_id"]), line(action.get("value"), limit=40)
    return Press(f"{who}:{stamp}:{name}:{ref}"[:120], who, where, name, ref)


def _take(pressed: Press) -> None:
    try:
        user = user_of(pressed.slack_user_id)
    except DeliveryError as error:
        log.warning("slack_user_unknown", error=error.sentence)
        text = f"AIRE could not find out who you are: {error.sentence} Nothing was changed."
        _answer(pressed, text)
        return
    if user is None:
        _answer(
            pressed,
            "AIRE does not know you: nobody there has the e-mail address of your Slack profile. "
            "Ask an admin to add you with that address. Nothing was changed.",
        )
        return
    with transaction.atomic():
        _, first = SlackInteraction.objects.get_or_create(key=pressed.key)
        if not first:
            return
        try:
            with transaction.atomic():
                _move(pressed, user)
        except AireError as error:
            _answer(pressed, error.message)


def _move(pressed: Press, user: User) -> None:
    require_role(user, Role.RESPONDER)
    match = _REF.fullmatch(pressed.ref)
    incident = Incident.objects.visible_to(user).filter(pk=int(match[1])).first() if match else None
    if incident is None:
        raise Conflict("There is no such incident, or you may not see it.")
    try:
        services.transition_incident(
            incident_id=incident.pk,
            to=MOVES[pressed.action],
            actor=Actor(label=str(user), via=Via.SLACK, user_id=user.pk),
        )
    except Conflict as error:
        incident.refresh_from_db()
        if incident.status == MOVES[pressed.action]:
            raise Conflict(already_words(incident)) from error
        raise


def _answer(pressed: Press, text: str) -> None:
    """By a delivery of its own: the request must not wait for Slack, and no answer is lost."""
    if not (_ID.fullmatch(pressed.slack_channel_id) and _ID.fullmatch(pressed.slack_user_id)):
        return
    Delivery.objects.bulk_create(
        [
            Delivery(
                obligation_key=f"slack-answer:{pressed.key}",
                kind=Delivery.Kind.NOTICE,
                channel="slack",
                address=f"{EPHEMERAL}{pressed.slack_channel_id}:{pressed.slack_user_id}",
                message=Message(kind="notice", headline="", title=text).to_json(),
            )
        ],
        ignore_conflicts=True,
    )
    hint_on_commit("deliver")


def _list(value: object) -> list[Any]:
    return value[:5] if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
