"""The pages of the slos room: everyone looks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core.pages import page_urls
from slos import selectors
from slos.selectors.page import sentence


@require_safe
def slo_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    filters = selectors.slo_filter(user, request.GET)
    page = selectors.slos_page(user, request.GET, cursor=request.GET.get("cursor"))
    rows = [(slo, getattr(slo, "budget", None)) for slo in page.items]
    context = {
        "rows": [(slo, budget, sentence(slo, budget)) for slo, budget in rows],
        "form": filters.form,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "pager": page_urls(request, page),
    }
    return render(request, "slos/list.html", context)


@require_safe
def slo_detail(request: HttpRequest, slug: str) -> HttpResponse:
    page = selectors.slo_page(current_user(request), slug)
    return render(request, "slos/detail.html", {"page": page, "slo": page.slo})
