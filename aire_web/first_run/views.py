"""The pages of the first run. Each step is saved when it is done, and can be taken alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role, Team, User
from accounts.permissions import current_user, role_required, web_actor
from accounts.selectors import team_list
from accounts.services import save_team
from aire_web.first_run import services
from aire_web.first_run.forms import OnCallForm, SystemForm, TeamForm, TestPageForm
from aire_web.first_run.progress import progress
from catalog.models import System
from catalog.selectors import visible_systems
from catalog.services import create_system
from core.errors import AireError, Invalid
from core.ids import new_id
from notifications.channels import IN_APP, channels
from notifications.models import Delivery
from notifications.reach import Way, ways_for
from oncall.rotation import ScheduleError
from oncall.services import set_system_policy

SHOWN = 5
"""Of what is there already, this many are named on a step's page."""


def offer(request: HttpRequest) -> SafeString | str:
    """On the first page, while something is missing and this person has not left."""
    user = current_user(request)
    if not user.can_manage:
        return ""
    found = progress(user)
    if found.complete or found.left:
        return ""
    return render_to_string("first_run/offer.html", {"progress": found}, request=request)


@require_safe
@role_required(Role.MANAGER)
def overview(request: HttpRequest) -> HttpResponse:
    context = {"progress": progress(current_user(request))}
    return render(request, "first_run/overview.html", context)


@require_POST
@role_required(Role.MANAGER)
def leave(request: HttpRequest) -> HttpResponse:
    services.leave(user=current_user(request))
    messages.success(request, "You find the first run under Settings when you want to go on.")
    return redirect("now")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def team(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = TeamForm(request.POST or None, user=user)
    if form.is_valid() and saved(form, lambda: _save_team(request, form)):
        messages.success(request, f"The team {form.cleaned_data['name']} is there.")
        return _on(request)
    teams = list(team_list(user)[: SHOWN + 1])
    return page(request, "team", {"form": form, "teams": teams[:SHOWN], "more": teams[SHOWN:]})


def _save_team(request: HttpRequest, form: TeamForm) -> None:
    data = form.cleaned_data
    slug = services.free_slug(data["name"], Team.objects.all(), fallback="team")
    save_team(slug=slug, name=data["name"], member_emails=data["members"], actor=web_actor(request))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def system(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = SystemForm(request.POST or None, user=user)
    if form.is_valid() and saved(form, lambda: _save_system(request, form)):
        messages.success(request, f"{form.cleaned_data['name']} is in the catalog.")
        return _on(request)
    systems = list(visible_systems(user).order_by("-pk")[: SHOWN + 1])
    context = {"form": form, "systems": systems[:SHOWN], "more": systems[SHOWN:]}
    return page(request, "system", context)


def _save_system(request: HttpRequest, form: SystemForm) -> None:
    data = form.cleaned_data
    create_system(
        slug=services.free_slug(data["name"], System.objects.all(), fallback="system"),
        name=data["name"],
        kind=data["kind"],
        tier=data["tier"],
        team_slug=data["team"] or None,
        actor=web_actor(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def on_call(request: HttpRequest) -> HttpResponse:
    form = OnCallForm(request.POST or None, user=current_user(request))
    if form.is_valid() and saved(form, lambda: _save_on_call(request, form)):
        messages.success(request, f"{form.system_row.name} now pages whoever is on call.")
        return _on(request)
    return page(request, "on-call", {"form": form})


@transaction.atomic
def _save_on_call(request: HttpRequest, form: OnCallForm) -> None:
    """Makes what is not there, and has the system page by it."""
    actor, data = web_actor(request), form.cleaned_data
    policy, schedule = form.policy_row, form.schedule_row
    if policy is None:
        if schedule is None:
            schedule = services.make_weekly_schedule(
                name=data["name"],
                emails=data["people"],
                time_zone=data["time_zone"],
                weekday=data["weekday"],
                handoff=data["handoff"],
                actor=actor,
            )
        policy = services.make_first_policy(
            name=schedule.name,
            schedule=schedule,
            then_team=data["then_team"],
            minutes=data["minutes"],
            actor=actor,
        )
    set_system_policy(system=form.system_row, policy=policy, actor=actor)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def test_page(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = TestPageForm(request.POST or None)
    if form.is_valid():
        services.send_test_page(user=user, token=form.cleaned_data["token"])
        return redirect("first-run-test-page")
    ways = ways_for([user])[user.pk]
    context = {
        "token": new_id(),
        "ways": [(way.channel.title, _address_of(way)) for way in ways],
        "reaches": any(way.channel.reaches for way in ways),
        **_deliveries(user),
    }
    return page(request, "test-page", context)


def _address_of(way: Way) -> str:
    """The inbox has none that says anything."""
    return "" if way.channel.name == IN_APP else way.address


@require_safe
@role_required(Role.MANAGER)
def test_page_deliveries(request: HttpRequest) -> HttpResponse:
    """What became of the last test page, as a fragment; for a browser without htmx the page."""
    if request.headers.get("HX-Request") != "true":
        return redirect("first-run-test-page")
    return render(request, "first_run/deliveries.html", _deliveries(current_user(request)))


def _deliveries(user: User) -> dict[str, Any]:
    rows = services.last_test_page(user)
    return {
        "deliveries": [(row, _title(row.channel), list(row.tries.all())[-1:]) for row in rows],
        "under_way": any(row.state == Delivery.State.PENDING for row in rows),
    }


def _title(name: str) -> str:
    channel = channels.get(name)
    return channel.title if channel else name


def saved(form: forms.Form, save: Callable[[], object]) -> bool:
    """Runs a service; what it refuses is said in the form."""
    try:
        save()
    except Invalid as error:
        show_errors(form, error)
    except AireError as error:
        form.add_error(None, error.message)
    except ScheduleError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    found = progress(current_user(request))
    step = next(step for step in found.steps if step.name == name)
    shared = {
        "progress": found,
        "step": step,
        "number": found.number(name),
        "after": found.after(name),
    }
    form = context.get("form")
    status = 422 if form is not None and form.is_bound else 200
    return render(
        request,
        f"first_run/{name.replace('-', '_')}.html",
        {**shared, **context},
        status=status,
    )


def _on(request: HttpRequest) -> HttpResponse:
    """To the next step that is not done, else to the overview, which says that all are."""
    step = progress(current_user(request)).next
    return redirect(step.url if step else "first-run")
