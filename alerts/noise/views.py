"""Pages of silences and planned maintenance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import services
from alerts.matchers import Operator, matcher
from alerts.models import Alert, Silence
from alerts.noise import selectors
from alerts.noise.forms import SilenceForm
from alerts.noise.preview import SilencePreview, preview_silence
from alerts.selectors import alert_for
from alerts.views import pager
from core.errors import Conflict, Invalid

TELLING = ("alertname", "system", "ai_system", "service", "team", "model", "environment", "feature")
"""Labels that say what an alert is about, put first into a silence made of it."""

MAX_PREFILLED = 6
MAX_VALUE = 500


@require_safe
def silence_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    state = request.GET.get("state", "")
    context: dict[str, Any] = {"state": state}
    if state == "over":
        page = selectors.past_silences(user, cursor=request.GET.get("cursor"))
        context |= {"rows": selectors.shown(page.items), "pager": pager(request, page)}
    else:
        context["rows"] = selectors.current_silences(user)
    return render(request, "alerts/silence_list.html", context)


@require_safe
def silence_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = current_user(request)
    silence = selectors.silence_for(user, pk)
    context = {
        "silence": silence,
        "shown": selectors.shown([silence])[0],
        "alerts": selectors.held_alerts(user, silence),
    }
    return render(request, "alerts/silence_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def silence_new(request: HttpRequest) -> HttpResponse:
    """`?alert=` fills in what that alert is about, `?system=` plans maintenance of a system."""
    return _edit(request, None, _prefilled(request))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def silence_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _edit(request, selectors.silence_for(current_user(request), pk), {})


@require_POST
@role_required(Role.RESPONDER)
def silence_expire(request: HttpRequest, pk: UUID) -> HttpResponse:
    silence = selectors.silence_for(current_user(request), pk)
    services.expire_silence(silence_id=silence.pk, actor=web_actor(request))
    messages.success(request, "The silence is over. What it held back and still fires pages now.")
    return redirect("alerts:silence-list")


def _edit(request: HttpRequest, silence: Silence | None, initial: dict[str, Any]) -> HttpResponse:
    """The form; what it would hit is shown before it is saved, always once when it is broad."""
    user = current_user(request)
    options: dict[str, Any] = {} if silence else {"initial": initial}
    form = SilenceForm(request.POST or None, user=user, silence=silence, **options)
    preview: SilencePreview | None = None
    if request.method == "POST" and form.is_valid():
        preview = _preview(request, form)
        if preview and _may_save(request, preview):
            saved = _saved(request, form, silence)
            if saved is not None:
                messages.success(request, "The silence is saved.")
                return redirect("alerts:silence-detail", pk=saved.pk)
    elif silence is not None or initial:
        preview = _preview_of(request, silence, initial)
    context = {
        "form": form,
        "silence": silence,
        "preview": preview,
        "ask": bool(preview and preview.warnings and request.method == "POST"),
        "tried": request.POST.get("action") == "preview",
    }
    return render(request, "alerts/silence_form.html", context)


def _may_save(request: HttpRequest, preview: SilencePreview) -> bool:
    if request.POST.get("action") == "preview":
        return False
    return not preview.warnings or bool(request.POST.get("although"))


def _preview(request: HttpRequest, form: SilenceForm) -> SilencePreview | None:
    fields = form.fields_of_silence()
    try:
        return preview_silence(
            current_user(request), match=fields["match"], system_slug=fields["system_slug"]
        )
    except Invalid as error:
        show_errors(form, error)
        return None


def _preview_of(
    request: HttpRequest, silence: Silence | None, initial: dict[str, Any]
) -> SilencePreview | None:
    if silence is not None:
        match, system = silence.match, silence.system.slug if silence.system else None
    else:
        match, system = initial.get("match", "").splitlines(), initial.get("system") or None
    try:
        return preview_silence(current_user(request), match=match, system_slug=system)
    except Invalid:
        return None


def _saved(request: HttpRequest, form: SilenceForm, silence: Silence | None) -> Silence | None:
    fields, actor = form.fields_of_silence(), web_actor(request)
    try:
        if silence is None:
            return services.create_silence(actor=actor, **fields)
        return services.edit_silence(silence_id=silence.pk, actor=actor, **fields)
    except Invalid as error:
        show_errors(form, error)
    except Conflict as error:
        form.add_error(None, error.message)
    return None


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    initial: dict[str, Any] = {"lasts": "2h"}
    if system := request.GET.get("system", "").replace("\x00", "")[:63]:
        initial |= {"system": system, "match": ""}
    try:
        pk = UUID(request.GET["alert"])
    except (KeyError, ValueError):
        return initial if system else {"lasts": "2h"}
    alert = alert_for(current_user(request), pk)
    return initial | {"match": "\n".join(matchers_of(alert)), "ends_when_resolved": True}


def matchers_of(alert: Alert) -> list[str]:
    """What a silence of this alert matches on: its telling labels, or else all of the first few,
    or else its source and title's system."""
    labels = {name: value for name, value in alert.labels.items() if 0 < len(value) <= MAX_VALUE}
    chosen = [name for name in TELLING if name in labels] or sorted(labels)
    found = {name: labels[name] for name in chosen[:MAX_PREFILLED]}
    found.setdefault("aire_source", alert.source.slug)
    if alert.system and not {"system", "ai_system", "service"} & found.keys():
        found["system"] = alert.system.slug
    return [str(matcher(name, Operator.EQUAL, value)) for name, value in found.items()]
