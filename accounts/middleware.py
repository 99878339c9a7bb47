"""Everything but the named public addresses needs somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

PUBLIC_PREFIXES = (
    "/accounts/", "/static/", "/api/", "/v2/", "/healthz", "/readyz", "/metrics", "/hooks/",
    "/ack/", "/twilio/", "/calendar/", "/manifest.webmanifest", "/sw.js", "/offline/",
    "/report/",
)  # fmt: skip
"""Sign-in itself, what does its own authentication (keys, signatures), and the parts of the phone
app, which say nothing about anybody."""


class SignInRequiredMiddleware:
    """Closed by default, so that a page cannot be open because somebody forgot a decorator."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PUBLIC_PREFIXES) or request.user.is_authenticated:
            return self.get_response(request)
        target = f"{reverse('account_login')}?next={quote(request.get_full_path())}"
        if request.headers.get("HX-Request"):
            # A fragment cannot show a sign-in page: send the whole page there.
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)
