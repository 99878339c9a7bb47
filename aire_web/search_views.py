"""The page of the search over everything, and what the palette shows of it. No rules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core.search import MAX_QUERY, find

PAGE_HITS = 20
PALETTE_HITS = 5


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A reference or a slug leads straight to what it names, unless `all` asks for the rest."""
    found = find(current_user(request), request.GET.get("q", ""), limit=PAGE_HITS)
    if found.exact and "all" not in request.GET:
        return redirect(found.exact.url)
    context = {"found": found, "text": found.query.text, "max_query": MAX_QUERY}
    return render(request, "search/page.html", context)


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Options for the list of the palette; a fragment."""
    found = find(current_user(request), request.GET.get("q", ""), limit=PALETTE_HITS)
    return render(request, "search/palette_hits.html", {"found": found, "text": found.query.text})
