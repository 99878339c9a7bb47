"""The pages of the taxonomy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from taxonomy import selectors


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[: selectors.MAX_QUERY]
    context = {"classes": selectors.taxonomy_page(text), "q": text}
    return render(request, "taxonomy/home.html", context)


@require_safe
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.cause_for(slug)
    context = {
        "cause": found,
        "external": selectors.external_codes(found),
        "duties": selectors.facet_values("regulatory_check", found.regulatory_check),
    }
    return render(request, "taxonomy/cause.html", context)
