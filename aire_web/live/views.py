"""The fragment on every page that knows whether a page waits for the reader."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core.unchanged import tag_of, unchanged
from oncall.selectors import waiting_pages


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    pages = waiting_pages(current_user(request))
    severities = sorted(str(page.escalation.card.get("severity", "")) for page in pages)
    tag = tag_of([page.pk for page in pages], severities)
    if (same := unchanged(request, tag)) is not None:
        return same
    newest = pages[0] if pages else None
    context = {
        "tag": tag,
        "pages": len(pages),
        "severity": severities[0] if severities else "",
        "newest": newest,
        "card": newest.escalation.card if newest else {},
    }
    return render(request, "live/me.html", context)
