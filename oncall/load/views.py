"""What on-call cost in a period, how evenly it is spread, and the export for pay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core import clock
from core.csv_text import csv_lines
from oncall.load import selectors
from oncall.load.figures import DEFINITIONS
from oncall.load.models import PayRule

MAX_DAYS = 366


class PeriodForm(forms.Form):
    since = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not 0 <= (until - since).days < MAX_DAYS:
            self.add_error("until", "The period ends after it begins, within a year.")


def period(request: HttpRequest) -> tuple[PeriodForm, datetime, datetime]:
    """From the address, in the reader's zone; the last 28 days unless it says otherwise."""
    today = timezone.localtime(clock.now()).date()
    usual = {"since": today - timedelta(days=27), "until": today}
    asked = request.GET.dict() if "since" in request.GET else usual
    form = PeriodForm(asked, initial=usual)
    days = form.cleaned_data if form.is_valid() else usual
    zone = timezone.get_current_timezone()
    since = datetime.combine(days["since"], datetime.min.time(), zone)
    until = datetime.combine(days["until"] + timedelta(days=1), datetime.min.time(), zone)
    return form, since, until


@require_safe
def load(request: HttpRequest) -> HttpResponse:
    form, since, until = period(request)
    context = {
        "form": form,
        "report": selectors.report(current_user(request), since, min(until, clock.now())),
        "definitions": DEFINITIONS,
        "rules": PayRule.objects.all(),
        "query": request.GET.urlencode(),
    }
    return render(request, "oncall/load.html", context)


@require_safe
def pay_csv(request: HttpRequest) -> HttpResponse:
    """Oneself, or as a manager everybody."""
    _, since, until = period(request)
    rows = selectors.pay_rows(current_user(request), since, min(until, clock.now()))
    answer = HttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="aire-on-call-pay.csv"'
    return answer
