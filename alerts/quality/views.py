"""The page of alert quality, and its table as CSV."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from alerts.quality import selectors

TITLES = (
    ("noisiest", "Noisiest"),
    ("never-acted-on", "Never acted on"),
    ("false-alarms", "False alarms"),
    ("silenced", "Silenced"),
)


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in selectors.SORTS else "noisiest"
    days = next((days for days in selectors.DAYS if str(days) == request.GET.get("days")), 30)
    if request.GET.get("format") == "csv":
        rows = selectors.rule_quality(user, days=days, sort=sort, limit=selectors.MOST)
        response = HttpResponse(selectors.csv_of(rows), content_type="text/csv; charset=utf-8")
        name = f"alert-quality-{days}-days.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    context = {
        "rows": selectors.rule_quality(user, days=days, sort=sort),
        "totals": selectors.totals(user, days=days),
        "days": days,
        "choices": selectors.DAYS,
        "sort": sort,
        "sorts": TITLES,
        "definitions": selectors.DEFINITIONS,
        "counted": selectors.counted_until(user),
    }
    return render(request, "alerts/quality.html", context)
