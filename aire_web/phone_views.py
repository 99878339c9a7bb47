"""What makes the on-call home an app on a phone: manifest, service worker, the offline page.

All three are public and say nothing about anybody, so they may be cached.
"""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

BRAND = "#1D5C9E"
PAGE = "#F6F7F9"
KEPT = (
    "css/reset.css",
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components.css",
    "css/pages.css",
    "icons.svg",
    "logo.svg",
    "js/offline.js",
)
"""The static files that the offline page is drawn with."""


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    answer = JsonResponse(
        {
            "id": reverse("oncall:home"),
            "name": "AIRE on-call",
            "short_name": "AIRE",
            "description": "Pages, incidents and who is on call.",
            "start_url": reverse("oncall:home"),
            "scope": "/",
            "display": "standalone",
            "background_color": PAGE,
            "theme_color": BRAND,
            "icons": [
                _icon("icons/icon-192.png", 192),
                _icon("icons/icon-512.png", 512),
                _icon("icons/icon-maskable-512.png", 512, purpose="maskable"),
            ],
            "shortcuts": [
                {"name": "Declare incident", "url": reverse("incidents:declare")},
                {"name": "Incidents", "url": reverse("incidents:list")},
            ],
        },
        content_type="application/manifest+json",
    )
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _icon(name: str, size: int, *, purpose: str = "any") -> dict[str, str]:
    return {
        "src": static(name),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served at the root, because a worker serves no page above its own address."""
    kept = [reverse("offline"), *(static(name) for name in KEPT)]
    release = hashlib.sha256(f"{settings.VERSION} {kept}".encode()).hexdigest()[:12]
    answer = render(
        request,
        "phone/sw.js",
        {"release": release, "kept": json.dumps(kept), "icon": static("icons/icon-192.png")},
        content_type="text/javascript",
    )
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Drawn without the session, so that nothing of a person can end in what is kept."""
    answer = render(None, "phone/offline.html", {"home": reverse("oncall:home")})
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
