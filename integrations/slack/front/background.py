"""What the front does beside answering, in threads of its own: it opens a form's place before the
trigger expires, and tells people what could not be kept. Needs no database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connection

from core.logs import get_logger
from integrations.slack.client import call
from integrations.slack.inbox.envelope import Envelope
from integrations.slack.inbox.places import external_id, modal_of
from integrations.slack.render.views import loading, told
from integrations.slack.response_url import respond
from notifications.channels import DeliveryError

log = get_logger(__name__)
OPEN_SECONDS = 2
"""A trigger lives for three; what took longer would find it expired."""

_pool = ThreadPoolExecutor(8, thread_name_prefix="slack-front")


def open_place(envelope: Envelope, request_id: UUID, title: str) -> None:
    """A loading view, in the background: the form itself is drawn into it later."""
    _pool.submit(_open, envelope.trigger, external_id(request_id), title)


def tell(envelope: Envelope, sentence: str) -> None:
    """Say something to whoever asked, in the background, where they asked."""
    _pool.submit(_tell, envelope, sentence)


def _open(trigger: str, name: str, title: str) -> None:
    view = loading(title, external_id=name)
    try:
        call("views.open", {"trigger_id": trigger, "view": view}, timeout=OPEN_SECONDS)
    except DeliveryError as error:
        # The worker finds no place and says so in a sentence of its own.
        log.info("slack_place_not_opened", error=error.sentence)
    finally:
        # A refusal may have been put down for admins.
        connection.close()


def _tell(envelope: Envelope, sentence: str) -> None:
    try:
        if envelope.kind == "submission":
            view = {"view_id": modal_of(envelope.payload), "view": told("AIRE", sentence)}
            call("views.update", view)
        elif envelope.response_url:
            body = {"text": sentence, "response_type": "ephemeral", "replace_original": False}
            respond(envelope.response_url, body)
    except DeliveryError as error:
        log.warning("slack_not_told", error=error.sentence)
    finally:
        connection.close()
