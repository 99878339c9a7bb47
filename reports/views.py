"""The pages of reports: the list, one question, the quarterly review, filters, the digest."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user
from accounts.selectors import visible_teams
from core import clock
from core.errors import Invalid
from reports import services
from reports.asking import scope_of, team_named
from reports.catalogue import REPORTS, report_named
from reports.models import DigestSeat
from reports.period import OFFERED, last_quarter
from reports.scope import Scope

QUARTER_ROWS = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The questions. Their answers are a click away: seven of them at once would be slow."""
    scope = scope_of(current_user(request), request.GET.dict())
    context = {"reports": REPORTS, "quarter": _last_quarter(), **_frame(request, scope)}
    return render(request, "reports/home.html", context)


@require_safe
def report(request: HttpRequest, name: str) -> HttpResponse:
    found = report_named(name)
    scope = scope_of(current_user(request), request.GET.dict(), found)
    context = {
        "report": found,
        "answer": found.answer(scope),
        "csv_url": f"{reverse('api:report-detail', args=[name])}{_query(scope, form='csv')}",
        **_frame(request, scope),
    }
    return render(request, "reports/report.html", context)


@require_safe
def quarterly(request: HttpRequest) -> HttpResponse:
    """Every question over one quarter on one page, made for paper."""
    asked = request.GET.dict()
    asked.setdefault("period", _last_quarter())
    scope = scope_of(current_user(request), asked)
    context = {
        "answers": [(found, found.answer(scope)) for found in REPORTS],
        "quarters": list(_quarters(scope)),
        "rows": f":{QUARTER_ROWS}",
        "made_at": clock.now(),
        **_frame(request, scope),
    }
    return render(request, "reports/quarterly.html", context)


@require_POST
def filter_save(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    team = team_named(user, request.POST.get("team", ""))
    try:
        saved = services.save_filter(
            user=user,
            name=request.POST.get("name", ""),
            period=request.POST.get("period", ""),
            team=team,
        )
    except Invalid as error:
        messages.error(request, " ".join(line for lines in error.errors.values() for line in lines))
    else:
        messages.success(request, f"“{saved.name}” is saved.")
    return _back(request)


@require_POST
def filter_remove(request: HttpRequest, pk: int) -> HttpResponse:
    services.remove_filter(user=current_user(request), pk=pk)
    messages.success(request, "The filter is removed.")
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    """Whether the weekly digest comes, and for which team."""
    user = current_user(request)
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "1"
        team = team_named(user, request.POST.get("team", ""))
        services.choose_digest(user=user, wanted=wanted, team=team)
        said = "The digest comes every Monday." if wanted else "No digest is sent to you any more."
        messages.success(request, said)
        return redirect("reports:digest")
    seat = DigestSeat.objects.filter(user=user).select_related("team").first()
    context = {
        "seat": seat,
        "on": seat.state == DigestSeat.State.PENDING if seat else user.can_manage,
        "teams": visible_teams(user),
        "next_at": seat.due_at if seat else services.next_digest(clock.now(), user),
    }
    return render(request, "reports/digest.html", context)


def _frame(request: HttpRequest, scope: Scope) -> dict[str, object]:
    """What every report page shows around its answer: the filters and the saved ones."""
    user = scope.user
    saved = [
        (row, _words(row.period, row.team.slug if row.team else ""))
        for row in user.report_filters.select_related("team")
    ]
    offered = list(OFFERED)
    if scope.period.words not in dict(offered):
        offered.append((scope.period.words, scope.period.label))
    return {
        "scope": scope,
        "query": _query(scope),
        "periods": offered,
        "teams": visible_teams(user),
        "saved": saved,
        "here": request.get_full_path(),
    }


def _query(scope: Scope, *, form: str = "") -> str:
    query = _words(scope.period.words, scope.team.slug if scope.team else "")
    if scope.by:
        query += f"&by={scope.by}"
    return f"{query}&format={form}" if form else query


def _words(period: str, team: str) -> str:
    return f"?period={period}" + (f"&team={team}" if team else "")


def _last_quarter() -> str:
    return last_quarter(clock.now().astimezone(timezone.get_current_timezone()).date())


def _quarters(scope: Scope) -> Iterator[tuple[str, str]]:
    """The last eight quarters, the newest first, as addresses."""
    team = scope.team.slug if scope.team else ""
    year, quarter = (int(part) for part in _last_quarter().split("-Q"))
    for _ in range(8):
        words = f"{year}-Q{quarter}"
        yield words, _words(words, team)
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)


def _back(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return redirect(to if safe and to.startswith("/reports/") else "reports:home")
