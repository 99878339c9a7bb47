"""The pages of swaps, taking a shift, time off and public holidays."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from accounts.selectors import people_choices
from core.errors import AireError, Invalid, NotFound
from oncall import services
from oncall.cover_forms import ExchangeForm, HolidayForm, SwapForm, TakeForm, TimeOffForm
from oncall.models import HolidayPlace
from oncall.schedule_page import exchange_choices, time_off_of
from oncall.schedule_views import detail, show_beside


@require_POST
@role_required(Role.RESPONDER)
def shift_take(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader takes a shift of the list."""
    user, form = current_user(request), TakeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This shift could not be read. Reload the page.")
        return redirect("oncall:schedule-detail", slug=slug)
    data = form.cleaned_data
    holder = User.objects.filter(pk=data["from_user"]).first() if data["from_user"] else None
    try:
        services.take_shift(
            schedule_slug=slug,
            taker=user,
            starts=data["starts"],
            ends=data["ends"],
            from_user=holder,
            actor=web_actor(request),
        )
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The shift is yours.")
    return redirect("oncall:schedule-detail", slug=slug)


@require_POST
@role_required(Role.RESPONDER)
def swap_request(request: HttpRequest, slug: str) -> HttpResponse:
    form = SwapForm(request.POST)
    if form.is_valid():
        try:
            services.request_swap(
                schedule_slug=slug,
                asker=current_user(request),
                actor=web_actor(request),
                **form.cleaned_data,
            )
        except Invalid as error:
            show_beside(form, error)
        else:
            messages.success(request, "The others of this schedule are asked.")
            return redirect("oncall:schedule-detail", slug=slug)
    return detail(request, slug, 422, swap=form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def swap_exchange(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer a shift of one's own for somebody else's; a manager exchanges any two at once."""
    user = current_user(request)
    schedule, own, others = exchange_choices(user, slug)
    form = ExchangeForm(request.POST or None, choices=own, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            made = _exchange(request, user, slug, form)
        except AireError as error:
            form.add_error(None, error.message)
        else:
            said = "The shifts are exchanged." if made else "Your offer is on its way."
            messages.success(request, said)
            return redirect("oncall:schedule-detail", slug=slug)
    context = {"schedule": schedule, "form": form, "own": own, "others": others}
    status = 422 if form.errors else 200
    return render(request, "oncall/exchange.html", context, status=status)


def _exchange(request: HttpRequest, user: User, slug: str, form: ExchangeForm) -> bool:
    """Whether it is made already: between others it is, one's own is offered."""
    asker_id, starts, ends = form.shift("give")
    partner_id, return_starts, return_ends = form.shift("take")
    people = User.objects.in_bulk([asker_id, partner_id])
    given: dict[str, Any] = {
        "schedule_slug": slug,
        "asker": people[asker_id],
        "starts": starts,
        "ends": ends,
        "in_return": services.InReturn(people[partner_id], return_starts, return_ends),
        "note": form.cleaned_data["note"],
        "actor": web_actor(request),
    }
    if asker_id == user.pk:
        services.request_swap(**given)
        return False
    services.make_swap(by=user, **given)
    return True


@require_POST
@role_required(Role.RESPONDER)
def swap_take(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    try:
        swap = services.take_swap(
            swap_id=pk,
            schedule_slug=slug,
            taker=current_user(request),
            actor=web_actor(request),
        )
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"You stand in for {swap.asker}.")
    return redirect("oncall:schedule-detail", slug=slug)


@require_POST
@role_required(Role.RESPONDER)
def swap_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    try:
        services.withdraw_swap(
            swap_id=pk, schedule_slug=slug, by=current_user(request), actor=web_actor(request)
        )
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The swap is withdrawn.")
    return redirect("oncall:schedule-detail", slug=slug)


@require_safe
def time_off(request: HttpRequest) -> HttpResponse:
    return _time_off(request)


def _time_off(
    request: HttpRequest,
    form: TimeOffForm | None = None,
    holidays: HolidayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = _whose(request)
    place = HolidayPlace.objects.filter(user=person).first()
    chosen = {"country": place.country, "subdivision": place.subdivision} if place else {}
    reader = current_user(request)
    context = {
        "person": person,
        "own": person == reader,
        "coming": time_off_of(person),
        "form": form or TimeOffForm(),
        "holidays": holidays or HolidayForm(initial=chosen),
        "people": people_choices() if reader.can_manage else [],
    }
    return render(request, "oncall/time_off.html", context, status=status)


def _whose(request: HttpRequest) -> User:
    """The reader, or for managers whoever `person` (a mail address) names."""
    reader = current_user(request)
    named = request.POST.get("person") or request.GET.get("person") or reader.email
    if named == reader.email:
        return reader
    person = User.objects.filter(email=named).first() if reader.can_manage else None
    if person is None:
        raise NotFound("There is no such person, or only a manager may do this for them.")
    return person


def _back(person: User, request: HttpRequest) -> HttpResponse:
    address = reverse("oncall:time-off")
    own = person == current_user(request)
    return redirect(address if own else f"{address}?person={person.email}")


@require_POST
@role_required(Role.RESPONDER)
def time_off_add(request: HttpRequest) -> HttpResponse:
    form, person = TimeOffForm(request.POST), _whose(request)
    if form.is_valid():
        try:
            services.add_time_off(user=person, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_beside(form, error)
        else:
            messages.success(request, "Kept. The schedules have moved cover.")
            return _back(person, request)
    return _time_off(request, form=form, status=422)


@require_POST
@role_required(Role.RESPONDER)
def time_off_remove(request: HttpRequest, pk: int) -> HttpResponse:
    person = _whose(request)
    try:
        services.remove_time_off(time_off_id=pk, user=person, actor=web_actor(request))
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The time off is gone.")
    return _back(person, request)


@require_http_methods(["POST"])
@role_required(Role.RESPONDER)
def holidays_set(request: HttpRequest) -> HttpResponse:
    form, person = HolidayForm(request.POST), _whose(request)
    if form.is_valid():
        try:
            services.set_holiday_place(user=person, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_beside(form, error)
        else:
            messages.success(request, "The holidays are kept.")
            return _back(person, request)
    return _time_off(request, holidays=form, status=422)
