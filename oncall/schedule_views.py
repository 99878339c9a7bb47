"""The pages about schedules: everyone looks, responders take shifts over, managers edit."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from accounts.selectors import people_choices
from core.errors import AireError, Conflict, Invalid
from core.in_use import what_uses
from oncall import selectors, services
from oncall.cover_forms import SwapForm
from oncall.forms import (
    EMPTY_ROTATION,
    OverrideForm,
    RotationFormSet,
    ScheduleForm,
    rotation_initial,
    show_errors,
    with_one_more,
)
from oncall.handoff.selectors import newest_notes
from oncall.models import Schedule
from oncall.schedule_page import SchedulePage, schedule_page

WEEKDAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@require_safe
def schedule_list(request: HttpRequest) -> HttpResponse:
    current_user(request)
    return render(request, "oncall/schedule_list.html", {"schedules": selectors.on_call_now()})


@require_safe
def schedule_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return detail(request, slug)


def detail(
    request: HttpRequest, slug: str, status: int = 200, **forms_sent: forms.Form
) -> HttpResponse:
    """The page of a schedule, with the forms that were sent in vain where there are any."""
    user = current_user(request)
    page = schedule_page(user, slug, zone=viewer_zone())
    coming = selectors.with_members(Schedule.objects.filter(pk=page.schedule.pk)).get()
    context = {
        "shown": page,
        "schedule": coming,
        "form": forms_sent.get("override") or override_form(user),
        "swap_form": forms_sent.get("swap") or SwapForm(),
        "weekdays": WEEKDAY_NAMES,
        "note": newest_notes([coming])[0][1],
    }
    return render(request, "oncall/schedule_detail.html", context, status=status)


def viewer_zone() -> ZoneInfo:
    zone = timezone.get_current_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


def override_form(user: User, data: Any = None) -> OverrideForm:
    """Managers put anybody in; others take a shift over themselves."""
    people = people_choices() if user.can_manage else [(user.email, str(user))]
    return OverrideForm(data, people=people, initial={"user": user.email})


@require_POST
@role_required(Role.RESPONDER)
def override_add(request: HttpRequest, slug: str) -> HttpResponse:
    form = override_form(current_user(request), request.POST)
    if form.is_valid():
        try:
            services.add_override(schedule_slug=slug, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_beside(form, error)
        else:
            messages.success(request, "The override is in the schedule.")
            return redirect("oncall:schedule-detail", slug=slug)
    return detail(request, slug, 422, override=form)


def show_beside(form: forms.Form, error: Invalid) -> None:
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
    rows = RotationFormSet(_sent(request), prefix="rotations")
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
    initial = {
        "name": schedule.name,
        "time_zone": schedule.time_zone,
        "holidays_move_cover": schedule.holidays_move_cover,
    }
    form = ScheduleForm(request.POST or None, is_new=False, initial=initial)
    rows = RotationFormSet(
        _sent(request),
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


def _sent(request: HttpRequest) -> QueryDict | None:
    if "more" in request.POST:
        return with_one_more(request.POST, "rotations", EMPTY_ROTATION)
    return request.POST or None


@require_POST
@role_required(Role.MANAGER)
def schedule_delete(request: HttpRequest, slug: str) -> HttpResponse:
    schedule = selectors.schedule_for(current_user(request), slug)
    try:
        services.delete_schedule(slug=slug, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("oncall:schedule-edit", slug=slug)
    messages.success(request, f"The schedule “{schedule.name}” is deleted.")
    return redirect("oncall:schedule-list")


def _form(
    request: HttpRequest,
    schedule: Schedule | None,
    form: ScheduleForm,
    rows: forms.BaseFormSet[Any],
) -> HttpResponse:
    preview = None
    if "preview" in request.POST and form.is_valid() and rows.is_valid():
        preview = _preview(request, schedule, form, rows)
    context = {
        "schedule": schedule,
        "form": form,
        "rows": rows,
        "shown": preview,
        "weekdays": WEEKDAY_NAMES,
        "uses": what_uses(schedule) if schedule else [],
    }
    status = 422 if form.errors or any(rows.errors) else 200
    return render(request, "oncall/schedule_form.html", context, status=status)


def _preview(
    request: HttpRequest,
    schedule: Schedule | None,
    form: ScheduleForm,
    rows: forms.BaseFormSet[Any],
) -> SchedulePage | None:
    """What the schedule would be: saved, read, and rolled back."""
    slug = schedule.slug if schedule else form.cleaned_data["slug"]
    try:
        with transaction.atomic():
            _write(request, slug, form, rows)
            page = schedule_page(current_user(request), slug, zone=viewer_zone())
            transaction.set_rollback(True)
    except Invalid as error:
        show_errors(form, rows, error)
        return None
    return page


def _save(
    request: HttpRequest, slug: str, form: ScheduleForm, rows: forms.BaseFormSet[Any]
) -> bool:
    if "preview" in request.POST or "more" in request.POST:
        return False
    try:
        _write(request, slug, form, rows)
    except Invalid as error:
        show_errors(form, rows, error)
        return False
    messages.success(request, f"The schedule “{form.cleaned_data['name']}” is saved.")
    return True


def _write(
    request: HttpRequest, slug: str, form: ScheduleForm, rows: forms.BaseFormSet[Any]
) -> None:
    kept = [row.cleaned_data for row in rows.forms if row.has_changed() or row.initial]
    rotations = [
        {name: value for name, value in data.items() if name != "DELETE"}
        for data in kept
        if data and not data.get("DELETE")
    ]
    services.save_schedule(
        slug=slug,
        name=form.cleaned_data["name"],
        time_zone=form.cleaned_data["time_zone"],
        holidays_move_cover=form.cleaned_data["holidays_move_cover"],
        rotations=rotations,
        actor=web_actor(request),
    )
