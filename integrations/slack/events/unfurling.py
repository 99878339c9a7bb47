"""link_shared: shows what a link into AIRE leads to.

Everybody in the channel reads it, whether or not they have an account. So it takes somebody who may
see it to post it, and nothing private is ever shown, nor anything where another workspace reads
along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from catalog.models import System
from chatops.surface import Block, Bold, Context, Link, Reply, Text, Words
from incidents.lifecycle import INCIDENT
from incidents.models import Incident
from integrations.slack.client import SlackRefused, call
from integrations.slack.events.arrival import Arrival
from integrations.slack.inbox.drawing import look
from integrations.slack.people import person_of
from integrations.slack.render import message
from postmortems.lifecycle import POSTMORTEM
from postmortems.models import Action, Postmortem
from slos.models import Slo

MAX_LINKS = 5
OVER = frozenset({"cannot_find_message", "cannot_unfurl_message", "cannot_unfurl_url"})
"""The message was deleted or edited in the meantime."""

_PATH = re.compile(r"/(incidents|postmortems|actions|slos|systems)/([A-Za-z0-9-]{1,63})/?\Z")
_REF = re.compile(r"(?:INC|PM|ACT)-([0-9]{1,9})")


def on_link_shared(arrival: Arrival) -> None:
    if arrival.shared:
        return
    known = person_of(arrival.user, team=arrival.team)
    if known.user is None:
        return
    links = arrival.event.get("links")
    unfurls: dict[str, Any] = {}
    for link in (links if isinstance(links, list) else [])[:MAX_LINKS]:
        url = str(link.get("url") or "") if isinstance(link, dict) else ""
        preview = preview_of(url, user=known.user)
        if preview is not None:
            unfurls[url] = {"blocks": message(preview, look(preview))["blocks"]}
    if not unfurls:
        return
    try:
        call("chat.unfurl", {**_where(arrival.event), "unfurls": unfurls})
    except SlackRefused as error:
        if error.code not in OVER:
            raise


def preview_of(url: str, *, user: User) -> Reply | None:
    """What everybody in a channel may read about what this address of ours leads to."""
    try:
        parts, own = urlsplit(url), urlsplit(settings.AIRE_BASE_URL)
    except ValueError:
        return None
    found = _PATH.fullmatch(parts.path)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc) or found is None:
        return None
    return _PREVIEWS[found[1]](found[2], user, parts.path)


def _incident(name: str, user: User, path: str) -> Reply | None:
    incident = Incident.objects.visible_to(user).filter(pk=_number(name), private=False).first()
    if incident is None:
        return None
    drill = "Drill · " if incident.drill else ""
    status = f"{drill}{INCIDENT.label(incident.status)}"
    head: Words = (Bold(f"{incident.severity.upper()} · {incident.ref}"), " ")
    return _shown(head, incident.title, path, status)


def _postmortem(name: str, user: User, path: str) -> Reply | None:
    found = Postmortem.objects.visible_to(user).filter(
        pk=_number(name), incident__private=False, set_aside_at=None
    )
    document = found.select_related("incident").first()
    if document is None:
        return None
    status = f"Postmortem of {document.incident.ref} · {POSTMORTEM.label(document.status)}"
    return _shown((Bold(document.ref), " "), document.title, path, status)


def _action(name: str, user: User, path: str) -> Reply | None:
    found = Action.objects.visible_to(user).filter(pk=_number(name), incident__private=False)
    action = found.select_related("owner").first()
    if action is None:
        return None
    owner = f" · {action.owner}" if action.owner else " · nobody's yet"
    due = f" · due {action.due_on:%d %b %Y}" if action.due_on else ""
    status = f"Action · {action.get_status_display()}{owner}{due}"
    return _shown((Bold(action.ref), " "), action.title, path, status)


def _slo(name: str, user: User, path: str) -> Reply | None:
    slo = Slo.objects.visible_to(user).filter(slug=name).first()
    return _shown((), slo.name, path, "Service level objective") if slo else None


def _system(name: str, user: User, path: str) -> Reply | None:
    system = System.objects.visible_to(user).filter(slug=name).first()
    if system is None:
        return None
    status = f"{system.get_kind_display()} · tier {system.tier} · {system.get_stage_display()}"
    return _shown((), system.name, path, status)


def _shown(head: Words, title: str, path: str, status: str) -> Reply:
    blocks: tuple[Block, ...] = (Text((*head, Link(title, path))), Context((status,)))
    return Reply(blocks=blocks, text=title)


def _number(name: str) -> int:
    found = _REF.fullmatch(name)
    return int(found[1]) if found else 0


def _where(event: Mapping[str, Any]) -> dict[str, str]:
    """A message that was sent is named by channel and time, one that is being written by Slack's
    own name for it."""
    if event.get("unfurl_id") and event.get("source") == "composer":
        return {"unfurl_id": str(event["unfurl_id"]), "source": "composer"}
    return {"channel": str(event.get("channel") or ""), "ts": str(event.get("message_ts") or "")}


_PREVIEWS: Mapping[str, Callable[[str, User, str], Reply | None]] = {
    "incidents": _incident,
    "postmortems": _postmortem,
    "actions": _action,
    "slos": _slo,
    "systems": _system,
}
