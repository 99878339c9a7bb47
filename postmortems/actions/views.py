"""The pages of follow-ups: list, board, one action, and what can be done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import current_user, web_actor
from core import clock
from core.errors import Conflict
from core.pages import page_urls
from postmortems.actions import selectors, services
from postmortems.actions.answering import action_to_change, form_page, handled, saved
from postmortems.actions.forms import ActionForm, MoveForm
from postmortems.actions.lifecycle import ACTION, OPEN
from postmortems.models import Action

VIEWS = (
    ("Not done", ""),
    ("Mine", "?owner=me"),
    ("My team", "?my_team=1"),
    ("Overdue", "?overdue=1"),
    ("Nobody's", "?owner=none"),
    ("Older than 90 days", "?older_than=90"),
    ("All", "?status=all"),
)
HIDDEN = (
    "owner",
    "incident",
    "cause",
    "required",
    "overdue",
    "my_team",
    "due_before",
    "older_than",
)
"""Filters without a control of their own, carried along when the form is sent."""
BY = (("status", "Status"), ("owner", "Owner"), ("team", "Team"), ("age", "Age"))


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    asked = request.GET.copy()
    asked.setdefault("status", "unfinished")
    found = selectors.action_filter(request, asked, user)
    by_due = asked["status"] in ("unfinished", *OPEN)
    page = selectors.action_list(found, by_due=by_due, cursor=request.GET.get("cursor"))
    chips = _chips(request)
    context = {
        "page": page,
        "pager": page_urls(request, page),
        "form": found.form,
        "chips": chips,
        "filtered": bool(chips),
        "views": [(label, query, _is_current(request, query)) for label, query in VIEWS],
        "unreadable": [f"{name}: {lines[0]}" for name, lines in found.form.errors.items()],
        "kept": [(name, value) for name in HIDDEN if (value := request.GET.get(name))],
        "today": clock.now().date(),
    }
    return render(request, "actions/list.html", context)


@require_safe
def action_board(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    by = request.GET.get("by", "status")
    by = by if by in dict(BY) else "status"
    asked = {name: value for name in ("team", "my_team") if (value := request.GET.get(name))}
    found = selectors.action_filter(request, asked, user)
    rows = found.qs if found.is_valid() else Action.objects.none()
    context = {
        "columns": selectors.board(rows, by),
        "by": by,
        "choices": BY,
        "form": found.form,
        "today": clock.now().date(),
    }
    return render(request, "actions/board.html", context)


@require_safe
def action_detail(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    page = selectors.action_page(user, ref)
    context = {
        "page": page,
        "action": page.action,
        "may_change": user.can_respond,
        "today": clock.now().date(),
    }
    return render(request, "actions/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def action_edit(request: HttpRequest, ref: str) -> HttpResponse:
    action = action_to_change(request, ref)
    form = ActionForm(
        request.POST or None, user=current_user(request), incident=action.incident, action=action
    )
    if (
        form.is_valid()
        and not form.overtaken()
        and saved(
            form,
            lambda: services.change_action(
                action_id=action.pk,
                actor=web_actor(request),
                expected_version=action.version,
                **form.edited(),
            ),
        )
    ):
        messages.success(request, f"{action.ref} is saved.")
        return redirect("actions:detail", ref=action.ref)
    return form_page(request, form, title=f"Edit {action.ref}", submit="Save", action=action)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def action_transition(request: HttpRequest, ref: str) -> HttpResponse:
    """POST moves; GET (and a POST without what the move needs) asks for it."""
    action = action_to_change(request, ref)
    given = request.POST if request.method == "POST" else request.GET
    to = given.get("to", "")
    move = next((one for one in ACTION.moves_from(action.status) if one.to == to), None)
    if move is None:
        ACTION.check(action, state=action.status, to=to, given=("reason",))
        raise Conflict(f"{action.ref} cannot become {to}.")
    bound = request.POST if request.method == "POST" else None
    form = MoveForm(bound, to=to, action=action, needs="reason" in move.requires)
    if form.is_valid() and saved(
        form,
        lambda: services.transition_action(
            action_id=action.pk, to=to, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        messages.success(request, f"{action.ref} is {ACTION.label(to).lower()} now.")
        return redirect("actions:detail", ref=action.ref)
    return form_page(
        request,
        form,
        title=f"{move.label}: {action.ref}",
        submit=move.label,
        action=action,
        hidden=[("to", to)],
    )


def _is_current(request: HttpRequest, query: str) -> bool:
    names = ("owner", "my_team", "overdue", "older_than", "status")
    chosen = {f"?{name}={value}" for name in names if (value := request.GET.get(name))}
    return chosen - {"?status=unfinished"} == ({query} if query else set())


def _chips(request: HttpRequest) -> list[tuple[str, str]]:
    """(label, query without it) of every filter that narrows the list, to take it away again."""
    named = {
        "q": "Words",
        "type": "Type",
        "team": "Team",
        "incident": "Incident",
        "cause": "Cause",
        "owner": "Owner",
        "required": "Required",
        "due_before": "Due before",
        "older_than": "Days since promised, more than",
    }
    shown = []
    for name, label in named.items():
        if value := request.GET.get(name):
            query = request.GET.copy()
            for gone in (name, "cursor"):
                query.pop(gone, None)
            shown.append((f"{label}: {value}", f"?{query.urlencode()}"))
    return shown
