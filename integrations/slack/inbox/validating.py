"""What can be said about a form that was sent without asking the database. Pure."""

from __future__ import annotations

from typing import Any

from chatops.asking import wrong
from chatops.registry import DIALOGS
from chatops.surface import FormErrors
from core.errors import Invalid
from integrations.slack.inbox import metadata
from integrations.slack.inbox.envelope import Envelope, dict_of, text_of
from integrations.slack.render import errors
from integrations.slack.render.limits import METADATA
from integrations.slack.render.reading import values_of


def errors_at_once(envelope: Envelope) -> dict[str, Any] | None:
    """The acknowledgement of a form with something left out or too long; None for a form that
    looks right so far, or whose origin is for the worker to refuse."""
    view = dict_of(envelope.payload.get("view"))
    try:
        origin = metadata.opened(
            text_of(view.get("private_metadata"), METADATA), slack_user_id=envelope.user
        )
    except Invalid:
        return None
    dialog = DIALOGS.get(origin.form)
    values = values_of(dict_of(view.get("state")).get("values"))
    found = wrong(dialog, values, origin.state) if dialog else {}
    if not found:
        return None
    return {"response_action": "errors", "errors": errors(FormErrors(found))}
