"""Making and changing objectives, their indicators and corrections: managers edit, responders
correct. The planner stands beside the form."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from catalog.models import System
from catalog.selectors import system_for
from core.errors import Conflict, Invalid, NotFound
from slos import selectors, services
from slos.definition import Definition
from slos.forms import CorrectionForm, DefinitionForm, IndicatorForm, PlannerForm, sli_initial
from slos.library import GROUPS, ReadySli, ready_for, ready_slis
from slos.models import Correction, Sli, Slo
from slos.selectors.advice import Advice, advise
from slos.services import present_definition

BLANK = "blank"


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Ready indicators to start from, those for the kind of the named system first."""
    user = current_user(request)
    system = System.objects.visible_to(user).filter(slug=request.GET.get("system", "")[:63]).first()
    entries = ready_for(system.kind if system else "")
    fitting = [entry for entry in entries if system and system.kind in entry.systems]
    shown = [
        (title, [entry for entry in entries if entry.group == group and entry not in fitting])
        for group, title in GROUPS.items()
    ]
    context = {"groups": shown, "system": system, "fitting": fitting}
    return render(request, "slos/library.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def slo_new(request: HttpRequest) -> HttpResponse:
    """From a ready indicator (`library`), one that exists (`sli`), or nothing (`blank`)."""
    start = _start(request)
    if start is None:
        query = {key: request.GET[key] for key in ("system",) if key in request.GET}
        return HttpResponseRedirect(f"/slos/library/?{urlencode(query)}")
    user = current_user(request)
    data = request.POST or None
    form = DefinitionForm(data, user=user, slo=None, given=None, initial=start.definition)
    indicator = None if start.sli else IndicatorForm(data, initial=start.indicator)
    saving = request.method == "POST" and request.POST.get("action") != "preview"
    fine = form.is_bound and _valid(form, indicator)
    if saving and fine and (slo := _create(request, form, indicator, start)):
        messages.success(request, f"{slo.name} is made. It counts what comes in.")
        return redirect("slos:detail", slug=slo.slug)
    context = {
        "form": form,
        "indicator": indicator,
        "start": start,
        "slo": None,
        "advice": _advice(form, indicator),
    }
    return render(request, "slos/form.html", context, status=_status(form, indicator))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def slo_edit(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    slo = selectors.slo_for(user, slug)
    given = present_definition(slo)
    form = DefinitionForm(request.POST or None, user=user, slo=slo, given=given)
    if request.method == "POST" and form.is_valid() and request.POST.get("action") != "preview":
        try:
            _save(request, slo, form)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("slos:detail", slug=slug)
    context = {"form": form, "indicator": None, "slo": slo, "advice": _advice(form, None)}
    return render(request, "slos/form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def indicator_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The indicator of an objective: its signal, its threshold, its judge."""
    slo = selectors.slo_for(current_user(request), slug)
    sli = slo.sli
    form = IndicatorForm(request.POST or None, initial=sli_initial(sli))
    if request.method == "POST" and form.is_valid():
        kept = ("system", "description", "signal_filter", "query", "data_source", "library")
        fields = {name: getattr(sli, name) for name in kept}
        try:
            services.save_sli(
                slug=sli.slug, actor=web_actor(request), labels=sli.labels, **fields,
                **form.fields_of_sli(),
            )  # fmt: skip
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, f"{sli.name} is saved.")
            return redirect("slos:detail", slug=slug)
    others = sli.slos.exclude(pk=slo.pk).count()
    context = {"form": form, "slo": slo, "sli": sli, "others": others}
    return render(request, "slos/indicator_form.html", context, status=_status(form))


@require_POST
@role_required(Role.MANAGER)
def slo_delete(request: HttpRequest, slug: str) -> HttpResponse:
    slo = selectors.slo_for(current_user(request), slug)
    services.delete_slo(slo=slo, actor=web_actor(request))
    messages.success(request, f"{slo.name} is deleted. Its measurements stay.")
    return redirect("slos:list")


@require_POST
@role_required(Role.MANAGER)
def slo_switch(request: HttpRequest, slug: str) -> HttpResponse:
    slo = selectors.slo_for(current_user(request), slug)
    services.switch_slo(slo=slo, enabled=not slo.enabled, actor=web_actor(request))
    said = "is no longer evaluated" if slo.enabled else "is evaluated again"
    messages.success(request, f"{slo.name} {said}.")
    return redirect("slos:detail", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def correct(request: HttpRequest, slug: str) -> HttpResponse:
    slo = selectors.slo_for(current_user(request), slug)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_budget(slo=slo, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "The correction counts from the next evaluation on.")
            return redirect("slos:detail", slug=slug)
    context = {"form": form, "slo": slo}
    return render(request, "slos/correction_form.html", context, status=_status(form))


@require_POST
@role_required(Role.RESPONDER)
def withdraw(request: HttpRequest, slug: str, correction: str) -> HttpResponse:
    slo = selectors.slo_for(current_user(request), slug)
    found = Correction.objects.filter(slo=slo, pk=correction).first()
    if found is None:
        raise NotFound("There is no such correction.")
    try:
        services.withdraw_correction(correction=found, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The stretch counts again.")
    return redirect("slos:detail", slug=slug)


@require_safe
def planner(request: HttpRequest) -> HttpResponse:
    """What a rate of evaluations can promise, and what a promise needs."""
    form = PlannerForm(request.GET if "target" in request.GET else None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else None
    if asked is None and not form.is_bound:
        asked = {name: field.initial for name, field in form.fields.items()}
        asked |= {"target": 0.98, "false_pages": 0.01}
    advice = advise(**asked) if asked else None
    return render(request, "slos/planner.html", {"form": form, "advice": advice})


@dataclass(frozen=True, slots=True)
class Start:
    """What a new objective begins with: initial values of the two forms."""

    entry: ReadySli | None
    sli: Sli | None
    definition: dict[str, object]
    indicator: dict[str, object]


def _start(request: HttpRequest) -> Start | None:
    system = request.GET.get("system", "")[:63]
    known: dict[str, object] = {"system": system} if system else {}
    if slug := request.GET.get("sli", "")[:63]:
        sli = Sli.objects.visible_to(current_user(request)).filter(slug=slug).first()
        if sli is None:
            raise NotFound(f"There is no indicator “{slug}”.")
        return Start(None, sli, {**known, "name": sli.name}, {})
    wanted = request.GET.get("library", "")[:80]
    if wanted == BLANK:
        return Start(None, None, known, {})
    entry = ready_slis().get(wanted)
    return _start_from(entry, known) if entry else None


def _start_from(entry: ReadySli, known: dict[str, object]) -> Start:
    definition: dict[str, object] = {
        **known,
        "name": entry.name,
        "target": f"{entry.target * 100:.10g}",
        "method": entry.method,
        "failure_class": entry.failure_class,
    }
    if entry.slice_seconds:
        definition["slice_seconds"] = entry.slice_seconds
    indicator: dict[str, object] = {
        "sli_name": entry.name,
        "kind": entry.kind,
        "unit_event": entry.unit_event,
        "signal": entry.signals[0],
        "op": entry.op,
        "value": entry.value,
        "unit": entry.unit,
    }
    return Start(entry, None, definition, indicator)


def _status(*forms: Form | None) -> int:
    """422 for what has to be mended, so that htmx and scripts see it too."""
    return 422 if any(form is not None and form.errors for form in forms) else 200


def _valid(form: DefinitionForm, indicator: IndicatorForm | None) -> bool:
    """Both forms are looked at, so that all mistakes are told at once."""
    fine = form.is_valid()
    return (indicator is None or indicator.is_valid()) and fine


def _create(
    request: HttpRequest, form: DefinitionForm, indicator: IndicatorForm | None, start: Start
) -> Slo | None:
    """The objective and, unless it is built on one that exists, its indicator; or the errors."""
    slug = form.chosen_slug()
    actor = web_actor(request)
    system = system_for(current_user(request), form.cleaned_data["system"])
    try:
        with transaction.atomic():
            if Slo.objects.filter(slug=slug).exists():
                raise Conflict(f"There is an objective “{slug}” already.")
            sli = start.sli
            if sli is None and indicator is not None:
                if Sli.objects.filter(slug=slug).exists():
                    raise Conflict(f"There is an indicator “{slug}” already.")
                sli = services.save_sli(
                    slug=slug, actor=actor, system=system, **indicator.fields_of_sli(),
                    library=start.entry.slug if start.entry else "",
                )  # fmt: skip
            return services.create_slo(
                slug=slug, name=form.cleaned_data["name"], system=system, sli=sli, actor=actor,
                description=form.cleaned_data["description"], definition=form.definition(),
                failure_class=form.cleaned_data["failure_class"],
            )  # fmt: skip
    except Conflict as error:
        form.add_error("slug", error.message)
    except Invalid as error:
        show_errors(form, error)
    return None


def _save(request: HttpRequest, slo: Slo, form: DefinitionForm) -> None:
    services.save_slo(
        slug=slo.slug,
        name=form.cleaned_data["name"],
        description=form.cleaned_data["description"],
        system=system_for(current_user(request), form.cleaned_data["system"]),
        sli=slo.sli,
        definition=form.definition(),
        labels=slo.labels,
        failure_class=form.cleaned_data["failure_class"],
        enabled=slo.enabled,
        actor=web_actor(request),
    )


def _advice(form: DefinitionForm, indicator: IndicatorForm | None) -> Advice:
    """The planner beside the form: of what was sent, else of the initial values."""
    if form.is_bound and form.is_valid():
        given: Definition = form.definition()
        per_hour = form.cleaned_data["per_hour"]
        return advise(target=given.target, per_hour=per_hour or 0.0, definition=given)
    shown = form["target"].value()
    try:
        target = float(shown) / 100
    except (TypeError, ValueError):
        target = 0.0
    return advise(target=target, per_hour=0.0)
