"""The pages about schedules: everyone looks, responders take shifts over, managers edit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from accounts.selectors import people_choices
from core.errors import AireError, Invalid
from oncall import selectors, services
from oncall.forms import (
    OverrideForm,
    RotationFormSet,
    ScheduleForm,
    rotation_initial,
    show_errors,
)
from oncall.models import Schedule


@require_safe
def schedule_list(request: HttpRequest) -> HttpResponse:
    current_user(request)
    return render(request, "oncall/schedule_list.html", {"schedules": selectors.on_call_now()})


@require_safe
def schedule_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _detail(request, slug, _override_form(current_user(request)))


def _detail(request: HttpRequest, slug: str, form: OverrideForm, status: int = 200) -> HttpResponse:
    user = current_user(request)
    page = selectors.schedule_page(user, slug)
    coming = selectors.with_members(Schedule.objects.filter(pk=page.schedule.pk)).get()
    context = {"shown": page, "schedule": coming, "form": form}
    return render(request, "oncall/schedule_detail.html", context, status=status)


def _override_form(user: User, data: Any = None) -> OverrideForm:
    """Managers put anybody in; others take a shift over themselves."""
    people = people_choices() if user.can_manage else [(user.email, str(user))]
    return OverrideForm(data, people=people)


@require_POST
@role_required(Role.RESPONDER)
def override_add(request: HttpRequest, slug: str) -> HttpResponse:
    form = _override_form(current_user(request), request.POST)
    if form.is_valid():
        try:
            services.add_override(schedule_slug=slug, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            _beside(form, error)
        else:
            messages.success(request, "The override is in the schedule.")
            return redirect("oncall:schedule-detail", slug=slug)
    return _detail(request, slug, form, status=422)


def _beside(form: forms.Form, error: Invalid) -> None:
    for field, sentences in error.errors.items():
        form.add_error(field if field in form.fields else None, list(sentences))


@require_POST
@role_required(Role.RESPONDER)
def override_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    try:
        services.remove_override(schedule_slug=slug, override_id=pk, actor=web_actor(request))
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The override is gone.")
    return redirect("oncall:schedule-detail", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def schedule_new(request: HttpRequest) -> HttpResponse:
    form = ScheduleForm(request.POST or None, is_new=True)
    rows = RotationFormSet(request.POST or None, prefix="rotations")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        slug = form.cleaned_data["slug"]
        if selectors.visible_schedules(current_user(request)).filter(slug=slug).exists():
            form.add_error("slug", "A schedule has this short name already.")
        elif _save(request, slug, form, rows):
            return redirect("oncall:schedule-detail", slug=slug)
    return _form(request, None, form, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def schedule_edit(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.schedule_for(current_user(request), slug)
    schedule = selectors.with_members(Schedule.objects.filter(pk=found.pk)).get()
    initial = {"name": schedule.name, "time_zone": schedule.time_zone}
    form = ScheduleForm(request.POST or None, is_new=False, initial=initial)
    rows = RotationFormSet(
        request.POST or None,
        prefix="rotations",
        initial=[rotation_initial(row) for row in schedule.rotations.all()],
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and rows.is_valid()
        and _save(request, slug, form, rows)
    ):
        return redirect("oncall:schedule-detail", slug=slug)
    return _form(request, schedule, form, rows)


def _form(
    request: HttpRequest,
    schedule: Schedule | None,
    form: ScheduleForm,
    rows: forms.BaseFormSet[Any],
) -> HttpResponse:
    context = {"schedule": schedule, "form": form, "rows": rows}
    status = 422 if form.errors or any(rows.errors) else 200
    return render(request, "oncall/schedule_form.html", context, status=status)


def _save(
    request: HttpRequest, slug: str, form: ScheduleForm, rows: forms.BaseFormSet[Any]
) -> bool:
    kept = [row.cleaned_data for row in rows.forms if row.has_changed() or row.initial]
    rotations = [
        {name: value for name, value in data.items() if name != "DELETE"}
        for data in kept
        if data and not data.get("DELETE")
    ]
    try:
        services.save_schedule(
            slug=slug,
            name=form.cleaned_data["name"],
            time_zone=form.cleaned_data["time_zone"],
            rotations=rotations,
            actor=web_actor(request),
        )
    except Invalid as error:
        show_errors(form, rows, error)
        return False
    messages.success(request, f"The schedule “{form.cleaned_data['name']}” is saved.")
    return True
