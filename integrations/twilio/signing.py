"""Whether a request really comes from Twilio: X-Twilio-Signature, before anything is believed.

https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

MAX_BYTES = 64 * 1024
MAX_FIELDS = 100

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, dict[str, str], P], HttpResponse]


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """HMAC-SHA-1 over the address as Twilio called it and all fields in the order of names."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def signed(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Refuses what is unsigned or forged (401), and everything where no token is set (503). The
    view gets the fields."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def verified(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        token = settings.AIRE_TWILIO_AUTH_TOKEN
        if not token:
            return _refuse(503, "AIRE_TWILIO_AUTH_TOKEN is not set.")
        length = request.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BYTES:
            return _refuse(413, "The body is too large.")
        try:
            fields = parse_qsl(
                request.body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS
            )
        except ValueError:
            return _refuse(400, "This is no form.")
        url = f"{settings.AIRE_BASE_URL}{request.get_full_path()}"
        given = request.headers.get("X-Twilio-Signature", "")
        if not hmac.compare_digest(signature(token, url, fields).encode(), given.encode()):
            return _refuse(401, "The signature is missing or wrong.")
        return view(request, dict(fields), *args, **kwargs)

    return verified


def _refuse(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
