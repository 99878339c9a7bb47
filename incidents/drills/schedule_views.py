"""The pages of drills that come back: everyone looks on the page of drills, managers change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from incidents.actions import handled, saved
from incidents.drills import scheduling, selectors
from incidents.drills.models import DrillSchedule
from incidents.drills.schedule_forms import ScheduleForm

HOME = "incidents:drills:list"


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.MANAGER)
def new(request: HttpRequest) -> HttpResponse:
    form = ScheduleForm(request.POST or None, user=current_user(request))
    if form.is_valid():
        slug = form.cleaned_data["slug"]
        if DrillSchedule.objects.filter(slug=slug).exists():
            form.add_error("slug", "A schedule has this short name already.")
        elif _saved(request, form, slug):
            return redirect(HOME)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.MANAGER)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    row = selectors.schedule_for(user, slug)
    form = ScheduleForm(request.POST or None, user=user, row=row)
    if form.is_valid() and _saved(request, form, slug):
        return redirect(HOME)
    return _form(request, form, row)


@require_POST
@handled
@role_required(Role.MANAGER)
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Pause it, or go on when it is paused: the button says which."""
    row = selectors.schedule_for(current_user(request), slug)
    paused = request.POST.get("paused") == "1"
    scheduling.pause_schedule(slug=row.slug, paused=paused, actor=web_actor(request))
    messages.success(request, "It is paused." if paused else "It goes on.")
    return redirect(HOME)


@require_POST
@handled
@role_required(Role.MANAGER)
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    row = selectors.schedule_for(current_user(request), slug)
    scheduling.delete_schedule(slug=row.slug, actor=web_actor(request))
    messages.success(request, "The schedule is taken away. Its drills stay.")
    return redirect(HOME)


def _saved(request: HttpRequest, form: ScheduleForm, slug: str) -> bool:
    def save() -> None:
        row = scheduling.save_schedule(slug=slug, actor=web_actor(request), **form.wanted())
        messages.success(request, f"Planned: {scheduling.recurring_of(row).words}.")

    return saved(form, save)


def _form(request: HttpRequest, form: ScheduleForm, row: DrillSchedule | None) -> HttpResponse:
    context = {"form": form, "row": row}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/drills/schedule.html", context, status=status)
