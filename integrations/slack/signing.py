"""Whether a request really comes from Slack. Over the raw bytes, before anything is parsed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from slack_sdk.signature import SignatureVerifier

MAX_BYTES = 256 * 1024

View = Callable[[HttpRequest], HttpResponse]


def signed(view: View) -> View:
    """Refuses unsigned, forged and old requests (401), and all of them where no secret is set
    (503): never skipped. https://docs.slack.dev/authentication/verifying-requests-from-slack"""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def verified(request: HttpRequest) -> HttpResponse:
        secret = settings.AIRE_SLACK_SIGNING_SECRET.strip()
        if not secret:
            return _refuse(503, "AIRE_SLACK_SIGNING_SECRET is not set.")
        if _length(request) > MAX_BYTES:
            return _refuse(413, "The body is too large.")
        if not _genuine(request, secret):
            return _refuse(401, "The signature is missing, wrong or older than five minutes.")
        return view(request)

    return verified


def _genuine(request: HttpRequest, secret: str) -> bool:
    try:
        return SignatureVerifier(secret).is_valid(
            body=request.body,
            timestamp=request.headers.get("X-Slack-Request-Timestamp"),
            signature=request.headers.get("X-Slack-Signature"),
        )
    except (ValueError, TypeError):
        # A timestamp that is no number, a body that is no UTF-8, a signature that is not ASCII.
        return False


def _length(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "0")
    return int(length) if length.isdigit() else MAX_BYTES + 1


def _refuse(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
