"""Where Slack posts button presses and events. Answers within three seconds; says more later."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse, JsonResponse

from core.payload import PayloadError, load_json
from integrations.slack.interactions import press
from integrations.slack.signing import signed


@signed
def actions(request: HttpRequest) -> HttpResponse:
    """A press of a button. Slack wants an empty 200; the answer to the person goes by message."""
    form = parse_qs(request.body.decode("utf-8", "replace"), max_num_fields=20)
    payload = _object((form.get("payload") or [""])[0].encode())
    if payload is None:
        return HttpResponse("No payload that can be read.", status=400, content_type="text/plain")
    if payload.get("type") == "block_actions":
        press(payload)
    return HttpResponse(status=200)


@signed
def events(request: HttpRequest) -> HttpResponse:
    """Slack's check that the address is ours; events themselves are taken and not used."""
    payload = _object(request.body)
    if payload is None:
        return HttpResponse("No JSON that can be read.", status=400, content_type="text/plain")
    if payload.get("type") == "url_verification":
        return JsonResponse({"challenge": str(payload.get("challenge", ""))[:500]})
    return HttpResponse(status=200)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = load_json(body).value
    except PayloadError:
        return None
    return value if isinstance(value, dict) else None
