"""What was asked, put to chatops as the person of AIRE who asked it."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from chatops import talking
from chatops.surface import Form, FormErrors, Place, Reply, Text
from core.actor import Actor, Via
from core.errors import AireError
from integrations.slack.capture import shortcut
from integrations.slack.channels.selectors import incident_of
from integrations.slack.inbox import metadata
from integrations.slack.inbox.envelope import actions_of, dict_of, text_of
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.inbox.places import Payload, channel_of, pressed_at_home
from integrations.slack.inbox.text import mentioned, without_mention, words_of
from integrations.slack.models import SlackIdentity
from integrations.slack.render.reading import pressed_of, values_of

Said = Reply | Form | FormErrors | None
KINDS = SlackRequest.Kind
MAX_METADATA = 3_000


def ask(request: SlackRequest, *, asker: User, bot_user_id: str) -> Said:
    """Within the transaction that remembers that it was done. Calls nothing outside."""
    try:
        with transaction.atomic():  # what is refused half-way leaves nothing behind
            return _put(request, asker, bot_user_id)
    except AireError as error:
        return Reply(blocks=(Text((error.message,)),), text=error.message)


def _put(request: SlackRequest, asker: User, bot_user_id: str) -> Said:
    actor = Actor(label=str(asker), via=Via.SLACK, user_id=asker.pk)
    payload = request.payload
    if request.kind == KINDS.PRESS:
        return _pressed(payload, asker, actor)
    if request.kind == KINDS.SUBMISSION:
        return _submitted(request, asker, actor)
    if request.kind == KINDS.SHORTCUT:
        return _shortcut(payload, asker, actor)
    text = _text(request, bot_user_id)
    return talking.answer(text=text, asker=asker, actor=actor, place=place_of(payload))


def place_of(payload: Payload, *, channel: str = "") -> Place:
    channel = channel or channel_of(payload)
    if pressed_at_home(payload):
        return Place("home")
    # Whoever asks there need not be allowed to see it: chatops checks.
    own = incident_of(channel)
    return Place("dm" if channel.startswith("D") else "channel", channel, own.ref if own else "")


def is_for_chatops(request: SlackRequest) -> bool:
    """Everything but the events that something in Slack changed."""
    return request.kind != KINDS.EVENT or _event(request.payload).get("type") == "app_mention"


def _event(payload: Payload) -> Payload:
    return dict_of(payload.get("event"))


def _text(request: SlackRequest, bot_user_id: str) -> str:
    if request.kind == KINDS.COMMAND:
        text = text_of(request.payload.get("text"), 4_000)
    else:
        text = without_mention(text_of(_event(request.payload).get("text"), 4_000), bot_user_id)
    named = SlackIdentity.objects.filter(slack_user_id__in=mentioned(text), user__is_active=True)
    return words_of(text, dict(named.values_list("slack_user_id", "user__email")))


def _pressed(payload: Payload, asker: User, actor: Actor) -> Said:
    place, said = place_of(payload), None
    for element in actions_of(payload):
        action, value = pressed_of(element) or ("", "")
        if action == shortcut.ACTION:
            return shortcut.chosen(value=value, asker=asker, actor=actor)
        said = talking.pressed(action=action, value=value, asker=asker, actor=actor, place=place)
    return said


def _submitted(request: SlackRequest, asker: User, actor: Actor) -> Said:
    view = dict_of(request.payload.get("view"))
    origin = metadata.opened(
        text_of(view.get("private_metadata"), MAX_METADATA), slack_user_id=request.slack_user_id
    )
    return talking.submitted(
        form=origin.form,
        state=origin.state,
        values=values_of(dict_of(view.get("state")).get("values")),
        asker=asker,
        actor=actor,
        place=place_of(request.payload, channel=origin.channel),
    )


def _shortcut(payload: Payload, asker: User, actor: Actor) -> Said:
    name = text_of(payload.get("callback_id"), 100)
    if name == shortcut.CALLBACK:
        return shortcut.add_to_timeline(payload=payload, asker=asker, actor=actor)
    return talking.pressed(
        action=f"form:{name}", value="", asker=asker, actor=actor, place=place_of(payload)
    )
