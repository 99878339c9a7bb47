"""`Idempotency-Key`: the same unsafe API call made again gets the first answer again. No rules.

The first request with a key writes a row before it does anything, and its answer goes into that
row in the same transaction as its work. A second request with the key that comes while the first
is at work is told so (409) and does nothing. A fault of ours (5xx) is not kept: trying again may
help.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.models import IdempotentCall
from core.problems import CONTENT_TYPE, MAX_BODY_BYTES, ProblemResponse, problem

if TYPE_CHECKING:
    from rest_framework.views import APIView as _View
else:
    # Mixed into views; at run time it must not be one itself.
    _View = object

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
MAX_KEY: Final = 255
KEPT_FOR: Final = timedelta(hours=24)
"""How long an answer is given again."""
GIVEN_UP_AFTER: Final = timedelta(minutes=5)
"""A call without an answer after so long died with its process; its key may be used again."""
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class IdempotentMixin(_View):
    """For API views, named before the DRF class: `class IncidentList(IdempotentMixin, APIView)`.

    Keys are per user; a key belongs to one method, address and body. The answer given again
    carries `Idempotency-Replayed: true`. Without the header nothing is different.
    """

    _call: IdempotentCall | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Only now is it known who asks; DRF calls the method's handler right after this.
        method, key = (request.method or "").lower(), request.headers.get(HEADER, "")
        if not key or method.upper() not in _UNSAFE or not hasattr(self, method):
            return
        self._call = _begin(request, key)
        setattr(self, method, _keeping(self._call, getattr(self, method)))

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _Answered):
            return exc.response
        try:
            return super().handle_exception(exc)
        except Exception:
            if self._call is not None:
                self._call.delete()
            raise

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        call, self._call = self._call, None
        if call is not None and call.status is None:
            # The work was refused and rolled back: the refusal is the answer.
            final.add_post_render_callback(lambda sent: _keep_refusal(call, sent))
        return final


class _Answered(Exception):
    """Leaves the view before its handler runs, with the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class _Kept(Response):
    """An answer as it was sent the first time, byte for byte."""

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # as DRF's own does
        content: bytes = self.data
        if content:
            # Set here, as `Response` starts out as HTML and asks its renderer afterwards.
            self.headers["Content-Type"] = self.content_type or CONTENT_TYPE
        return content


def _begin(request: Request, key: str) -> IdempotentCall:
    """The row of a new call. Raises `_Answered` when there is nothing to do any more."""
    if len(key) > MAX_KEY or not key.isprintable():
        detail = f"{HEADER} is at most {MAX_KEY} printable characters."
        raise _Answered(ProblemResponse(problem(400, "invalid", detail), status=400))
    user_id = int(request.user.pk or 0)
    fingerprint = _fingerprint(request)
    _forget(user_id, key)
    try:
        with transaction.atomic():
            return IdempotentCall.objects.create(user_id=user_id, key=key, fingerprint=fingerprint)
    except IntegrityError as error:
        earlier = IdempotentCall.objects.filter(user_id=user_id, key=key).first()
        raise _Answered(_answer(earlier, fingerprint)) from error


def _keeping(call: IdempotentCall, handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler, with its answer written in the transaction of its work."""

    def work(request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            response = handler(request, *args, **kwargs)
            renderer = request.accepted_renderer
            body = b"" if response.data is None else renderer.render(response.data)
            call.status, call.body = response.status_code, body
            call.content_type = renderer.media_type[:100]
            call.save(update_fields=["status", "body", "content_type"])
        return response

    return work


def _fingerprint(request: Request) -> bytes:
    """Of method, address and body. A body that cannot be read is refused by the parser later."""
    body = request._request.body[: MAX_BODY_BYTES + 1]
    parts = (request.method or "", request.get_full_path(), request.content_type or "")
    digest = hashlib.sha256("\n".join(parts).encode())
    digest.update(b"\n" + body)
    return digest.digest()


def _forget(user_id: int, key: str) -> None:
    """Drop this key's row when it is too old to count, or when its call died."""
    now = clock.now()
    rows = IdempotentCall.objects.filter(user_id=user_id, key=key)
    rows.filter(created_at__lt=now - KEPT_FOR).delete()
    rows.filter(status=None, created_at__lt=now - GIVEN_UP_AFTER).delete()


def _answer(earlier: IdempotentCall | None, fingerprint: bytes) -> Response:
    if earlier is not None and bytes(earlier.fingerprint) != fingerprint:
        detail = f"This {HEADER} was used for another call. Use a new one for each call."
        return ProblemResponse(problem(422, "idempotency-key-reused", detail), status=422)
    if earlier is None or earlier.status is None:
        detail = f"A call with this {HEADER} is being worked on. Try again in a moment."
        body = problem(409, "idempotency-key-in-use", detail)
        return ProblemResponse(body, status=409, headers={"Retry-After": "1"})
    return _Kept(
        bytes(earlier.body or b""),
        status=earlier.status,
        headers={REPLAYED: "true"},
        content_type=earlier.content_type,
    )


def _keep_refusal(call: IdempotentCall, sent: Any) -> None:
    if sent.status_code >= 500:
        call.delete()
        return
    call.status, call.body = sent.status_code, sent.content
    call.content_type = sent.headers.get("Content-Type", "")[:100]
    call.save(update_fields=["status", "body", "content_type"])


def forget_old_calls() -> int:
    """Answers that are not given again any more. Safe to call at any time."""
    deleted, _ = IdempotentCall.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted
