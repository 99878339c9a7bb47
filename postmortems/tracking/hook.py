"""Where trackers post what was changed there. Signed; nothing is read before that is checked."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.logs import get_logger
from core.secrets import SecretUnreadable
from postmortems.models import Tracker
from postmortems.trackers import UnreadableWebhook, WrongSignature, trackers
from postmortems.tracking.services import absorb_incoming
from postmortems.tracking.sync import connection_of

log = get_logger(__name__)
MAX_BYTES = 1_048_576


@csrf_exempt
@require_POST
def tracker_hook(request: HttpRequest, slug: str) -> JsonResponse:
    """200 with what became of it; 401 for a wrong signature, 413 for too much, 400 for what is no
    webhook, 503 where no secret is set: never taken unchecked."""
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > MAX_BYTES:
        return _answer(413, "The body is too large.")
    tracker = None if "\x00" in slug else Tracker.objects.filter(slug=slug, enabled=True).first()
    client = trackers.get(tracker.kind) if tracker else None
    if tracker is None or client is None:
        return _answer(404, "There is no such tracker.")
    if not tracker.webhook_secret:
        return _answer(503, "No secret is set for this webhook.")
    try:
        incoming = client.receive(connection_of(tracker), request.headers, request.body)
    except WrongSignature as error:
        log.warning("tracker_hook_refused", tracker=slug)
        return _answer(401, error.message)
    except UnreadableWebhook as error:
        return _answer(400, error.message)
    except (RequestDataTooBig, UnreadablePostError):
        return _answer(413, "The body is too large or broke off.")
    except SecretUnreadable as error:
        return _answer(503, error.message)
    return JsonResponse({"outcome": absorb_incoming(tracker=tracker, incoming=incoming)})


def _answer(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=status)
