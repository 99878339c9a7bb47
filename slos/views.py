"""The pages of the slos room: everyone looks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core.pages import page_urls
from slos import selectors
from slos.selectors.compare import DAYS, comparison
from slos.selectors.rows import left_words, slo_row
from slos.selectors.story import definition_words, slo_story


@require_safe
def slo_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    filters = selectors.slo_filter(user, request.GET)
    page = selectors.slos_page(user, request.GET, cursor=request.GET.get("cursor"))
    context = {
        "rows": [slo_row(slo) for slo in page.items],
        "form": filters.form,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "pager": page_urls(request, page),
    }
    part = is_fragment(request)
    return render(request, "slos/list_rows.html" if part else "slos/list.html", context)


@require_safe
def slo_detail(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    page = selectors.slo_page(user, slug)
    context = {
        "page": page,
        "slo": page.slo,
        "story": slo_story(user, page),
        "words": definition_words(page),
        "left_words": left_words(page.budget.fraction_left if page.budget else None),
    }
    part = is_fragment(request)
    return render(request, "slos/detail_body.html" if part else "slos/detail.html", context)


@require_safe
def slo_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Versions, cohorts and judges side by side; `days` and `base` choose what is compared."""
    found = comparison(current_user(request), slug, request.GET)
    context = {"found": found, "slo": found.slo, "choices": DAYS}
    return render(request, "slos/compare.html", context)


def is_fragment(request: HttpRequest) -> bool:
    """htmx asks for the living part of a page only."""
    return request.headers.get("HX-Request") == "true"
