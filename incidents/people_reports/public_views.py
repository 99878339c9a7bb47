"""The form behind a secret address, for people without an account. It may stand in a frame of any
page and knows nobody: no session, no cookie, nothing said about anything in AIRE."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from accounts.forms import show_errors
from core.actor import Actor, Via
from core.errors import Invalid
from core.payload import PayloadError, load_json
from incidents.people_reports.clusters import link_by_key
from incidents.people_reports.forms import PublicForm
from incidents.people_reports.models import ReportLink
from incidents.people_reports.services import TooFast, take_report

MAX_BODY = 200_000
TAKEN = ("text", "answer", "prompt", "version", "trace_id", "contact", "severity")


@csrf_exempt  # the secret in the address is what lets somebody in; no session is used
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # knows no arguments
@never_cache
def public_form(request: HttpRequest, key: str) -> HttpResponse:
    link = link_by_key(key)
    if request.method == "OPTIONS":
        return _open(HttpResponse(status=204))
    if link is None:
        return _said(request, 404, "This form does not exist, or was taken back.")
    if request.method == "POST":
        return _open(_post(request, link))
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    initial = {name: request.GET.get(name, "")[:128] for name in ("version", "trace_id")}
    return _page(request, link, PublicForm(initial=initial))


def _post(request: HttpRequest, link: ReportLink) -> HttpResponse:
    # Whoever sends in chunks announces no length.
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY or len(request.body) > MAX_BODY:
        return _said(request, 413, f"At most {MAX_BODY // 1_000} kB are taken.")
    form = PublicForm(_given(request))
    if not form.is_valid():
        return _refused(request, link, form, 422)
    try:
        take_report(
            system=link.system,
            said=form.said(),
            via="form",
            reporter=f"form:{link.pk}:{request.META.get('REMOTE_ADDR', '')}",
            actor=Actor(label=f"Public form {link.name}"[:200], via=Via.LINK),
            link=link,
        )
    except TooFast as error:
        answer = _said(request, 429, error.message)
        answer["Retry-After"] = str(error.retry_after)
        return answer
    except Invalid as error:
        show_errors(form, error)
        return _refused(request, link, form, 422)
    return _said(request, 202, "Thank you. The team that answers for it can see your report.")


def _given(request: HttpRequest) -> dict[str, str]:
    """A form, or a JSON object of texts; the urgency has a default."""
    given: dict[str, Any] = request.POST.dict()
    if _is_json(request):
        try:
            read = load_json(request.body).value
        except PayloadError:
            read = None
        given = read if isinstance(read, dict) else {}
    texts = {name: value for name in TAKEN if isinstance(value := given.get(name), str)}
    return {"severity": "sev3", **texts}


def _is_json(request: HttpRequest) -> bool:
    return "json" in request.headers.get("Content-Type", "")


def _refused(request: HttpRequest, link: ReportLink, form: PublicForm, status: int) -> HttpResponse:
    if _is_json(request):
        return JsonResponse({"title": "Nothing was sent.", "errors": form.errors}, status=status)
    return _page(request, link, form, status)


def _page(
    request: HttpRequest, link: ReportLink, form: PublicForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "system": link.system.name}
    return render(request, "incidents/reports/public.html", context, status=status)


def _said(request: HttpRequest, status: int, text: str) -> HttpResponse:
    if _is_json(request):
        return JsonResponse({"title": text}, status=status)
    return render(request, "incidents/reports/public.html", {"said": text}, status=status)


def _open(answer: HttpResponse) -> HttpResponse:
    """Pages elsewhere may send and read the answer; there is no cookie that it could ride on."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Headers"] = "Content-Type"
    answer["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    return answer
