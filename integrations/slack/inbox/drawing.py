"""An answer of chatops as it is kept on the request and sent: Slack's own JSON. Reads only."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from django.conf import settings

from chatops.surface import Button, Buttons, Form, FormErrors, Person, Reply, Text
from core.errors import Invalid
from integrations.slack.inbox.asking import Said
from integrations.slack.inbox.envelope import dict_of, text_of
from integrations.slack.inbox.metadata import Origin, opened, sealed
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.inbox.places import channel_of, modal_of
from integrations.slack.linking import link_url
from integrations.slack.models import SlackIdentity
from integrations.slack.people import Known
from integrations.slack.render import Look, errors, message, view
from integrations.slack.render.limits import METADATA, VIEW_BLOCKS

Drawn = dict[str, Any]


def drawn(request: SlackRequest, said: Said) -> Drawn:
    """`{}` for nothing to say; `message` with `private` and `replaces`; `view` with the `message`
    that leads to it where it has no place; `errors`."""
    if isinstance(said, Reply):
        return _reply(request, said)
    if isinstance(said, Form):
        return {"view": form(request, said), **_reply(request, _lead_to(said))}
    if isinstance(said, FormErrors):
        return {"errors": errors(said, _fields_of(request))}
    return {}


def sentence(text: str) -> Reply:
    return Reply(blocks=(Text((text,)),), text=text)


def refusal(request: SlackRequest, known: Known) -> Reply:
    """Why nothing is done for them; where it helps, with the button that links the accounts and
    then does it."""
    if not known.may_link:
        return sentence(f"{known.refusal} Nothing was changed.")
    url = link_url(slack_user_id=request.slack_user_id, team=request.team)
    text = f"{known.refusal} Link your accounts: what you asked for is then done."
    button = Button("link", "Link account", style="primary", url=url)
    return Reply(blocks=(Text((text,)), Buttons((button,))), text=text)


def form(request: SlackRequest, given: Form) -> Drawn:
    url, channel = text_of(request.payload.get("response_url"), 500), channel_of(request.payload)
    if modal_of(request.payload):
        # The next step of a form: it belongs where the first one was asked for.
        before = origin_of(request)
        url, channel = before.response_url, before.channel
    origin = Origin(given.name, given.state, channel, url)
    return view(
        given,
        look(given),
        callback_id=f"aire:{given.name}",
        metadata=sealed(origin, slack_user_id=request.slack_user_id),
    )


def as_view(title: str, body: Drawn) -> Drawn:
    """A message said within a modal."""
    blocks = [dict(block) for block in body.get("blocks") or []][:VIEW_BLOCKS]
    text = {"type": "plain_text", "text": title[:24] or "AIRE", "emoji": False}
    close = {"type": "plain_text", "text": "Close", "emoji": False}
    return {"type": "modal", "title": text, "close": close, "blocks": blocks}


def look(given: object = None) -> Look:
    """What drawing this needs to know: the Slack ids of the people in it."""
    known = SlackIdentity.objects.filter(user_id__in=_people(given))
    return Look(
        people=dict(known.values_list("user_id", "slack_user_id")),
        base_url=settings.AIRE_BASE_URL.rstrip("/"),
    )


def origin_of(request: SlackRequest) -> Origin:
    """Where the form of a submission was asked for; nowhere for one that is not ours."""
    view = dict_of(request.payload.get("view"))
    try:
        return opened(
            text_of(view.get("private_metadata"), METADATA), slack_user_id=request.slack_user_id
        )
    except Invalid:
        return Origin("")


def _reply(request: SlackRequest, reply: Reply) -> Drawn:
    if reply.asks_link:
        url = link_url(slack_user_id=request.slack_user_id, team=request.team)
        button = Button("link", "Link another AIRE account", url=url)
        reply = replace(reply, blocks=(*reply.blocks, Buttons((button,))))
    return {
        "message": message(reply, look(reply)),
        "private": reply.private,
        "replaces": reply.replaces,
    }


def _lead_to(given: Form) -> Reply:
    """Where a form found no place: its trigger had expired."""
    text = f"The form “{given.title}” could not be opened in time. Nothing was changed."
    ref = given.state.get("incident", "")
    button = Button(f"form:{given.name}", "Open it now", value=ref, style="primary")
    return Reply(blocks=(Text((text,)), Buttons((button,))), text=text)


def _fields_of(request: SlackRequest) -> list[str]:
    blocks = dict_of(request.payload.get("view")).get("blocks")
    named = blocks if isinstance(blocks, list) else []
    return [
        str(block.get("block_id"))
        for block in named
        if isinstance(block, dict) and block.get("type") == "input"
    ]


def _people(given: object) -> set[int]:
    """The ids of everybody in a surface, however deep."""
    if isinstance(given, Person):
        return {given.user_id}
    if is_dataclass(given) and not isinstance(given, type):
        return set().union(*(_people(getattr(given, one.name)) for one in fields(given)))
    if isinstance(given, tuple):
        return set().union(*map(_people, given))
    return set()
