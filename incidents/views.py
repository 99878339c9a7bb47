"""The incident pages: list, declare, one incident, and moving it along its lifecycle."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Conflict
from core.lifecycle import Move
from core.pages import page_urls
from core.unchanged import tag_of, unchanged
from incidents import selectors, services
from incidents.actions import (
    back,
    form_page,
    handled,
    incident_to_change,
    is_htmx,
    saved,
)
from incidents.criteria import CRITERIA
from incidents.forms import DeclareForm, NoteForm, TaskForm, TransitionForm
from incidents.lifecycle import INCIDENT
from incidents.lines import line_of
from incidents.models import Incident
from incidents.panels import drawn
from incidents.selectors.paging import paged_first
from incidents.services.rows import MAX_TITLE

SAVED_VIEWS = (
    ("Active", ""),
    ("Mine", "?mine=1"),
    ("My team", "?my_team=1"),
    ("All", "?status=all"),
)
KEPT = ("mine", "my_team", "cause", "opened_after", "opened_before")
"""Filters without a control of their own, carried along when the form is sent."""
NARROWING = (
    ("q", "Words"),
    ("severity", "Severity"),
    ("system", "System"),
    ("team", "Team"),
    ("cause", "Cause"),
    ("opened_after", "Opened after"),
    ("opened_before", "Opened before"),
)
PREFILLED = ("title", "severity")
DONE = {
    "acknowledged": "is acknowledged. Nobody else is paged for it.",
    "mitigated": "is mitigated.",
    "resolved": "is resolved.",
    "closed": "is closed.",
    "cancelled": "is cancelled as a false alarm.",
}


@require_safe
@handled
def incident_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    asked = request.GET.copy()
    asked.setdefault("status", "active")
    found = selectors.incident_filter(request, asked, user)
    cursor = request.GET.get("cursor")
    page = selectors.incident_list(found, cursor=cursor)
    pager = page_urls(request, page)
    fragment = is_htmx(request) and request.GET.get("fragment") == "rows"
    tag = tag_of(selectors.shown_of(page.items), bool(pager.next_url))
    if fragment and (same := unchanged(request, tag)) is not None:
        return same
    chips = _chips(request)
    context = {
        "page": page,
        "marks": selectors.row_marks(user, page.items),
        "pager": pager,
        "tag": tag,
        "form": found.form,
        "chips": chips,
        "views": [(label, query, _is_current(request, query)) for label, query in SAVED_VIEWS],
        "unreadable": [f"{name}: {lines[0]}" for name, lines in found.form.errors.items()],
        "filtered": bool(chips),
        "kept": [(name, value) for name in KEPT if (value := request.GET.get(name))],
        "mine": bool(request.GET.get("mine") or request.GET.get("my_team")),
        "last": None
        if page.items
        else selectors.visible_incidents(user).order_by(*selectors.LIST_ORDER).first(),
        "live": not cursor,
    }
    return render(request, "incidents/rows.html" if fragment else "incidents/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.RESPONDER)
def declare(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    if is_htmx(request) and request.GET.get("fragment") == "paging":
        return render(request, "incidents/paging_preview.html", _preview(request))
    # What the box of another incident was told already comes along in the address.
    said = {name: request.GET[name][:MAX_TITLE] for name in PREFILLED if name in request.GET}
    form = DeclareForm(request.POST or None, user=user, initial=said)
    if request.method == "POST" and form.is_valid():
        opened: list[Incident] = []
        data = {**form.cleaned_data, "systems": list(form.cleaned_data["systems"])}
        if saved(
            form, lambda: opened.append(services.open_incident(actor=web_actor(request), **data))
        ):
            messages.success(request, f"{opened[0].ref} is open.")
            return redirect("incidents:detail", ref=opened[0].ref)
    context = {"form": form, "criteria": CRITERIA, **_preview(request)}
    return render(request, "incidents/declare.html", context, status=422 if form.errors else 200)


@require_safe
@handled
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    user = current_user(request)
    live = is_htmx(request) and request.GET.get("fragment") == "live"
    if live and request.GET.get("seen") == selectors.state_tag(user, ref):
        return HttpResponse(status=204)
    show = request.GET.get("show", "")
    show = show if show in selectors.SHOWN else ""
    cursor = request.GET.get("cursor")
    page = selectors.incident_page(user, ref, show=show, cursor=cursor)
    services.mark_seen(incident=page.incident, user=user)
    context = {
        "page": page,
        "incident": page.incident,
        "lines": [line_of(event) for event in page.events.items],
        "pager": page_urls(request, page.events),
        "show": show,
        "live": not cursor,
        "live_url": f"?fragment=live&seen={page.tag}" + (f"&show={show}" if show else ""),
        "may_change": user.can_respond,
        "note_form": NoteForm(),
        "task_form": TaskForm(),
        "panels": {
            place: drawn(place, page.incident, user, request) for place in ("top", "main", "rail")
        },
    }
    return render(request, "incidents/live.html" if live else "incidents/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def acknowledge(request: HttpRequest, ref: str) -> HttpResponse:
    """Where links in messages lead. Looking changes nothing: mail scanners look, too."""
    user = current_user(request)
    if request.method == "POST":
        incident = incident_to_change(request, ref)
        if incident.status not in ("open", "acknowledged"):
            label = INCIDENT.label(incident.status).lower()
            raise Conflict(f"{incident.ref} is {label} already; there is nothing to acknowledge.")
        return _move(request, incident, "acknowledged", "")
    incident = selectors.incident_with(user, ref)
    context = {
        "incident": incident,
        "possible": user.can_respond and incident.status == "open",
        "criteria": next(c for c in CRITERIA if c.severity == incident.severity),
    }
    return render(request, "incidents/acknowledge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def transition(request: HttpRequest, ref: str) -> HttpResponse:
    """POST moves; GET (and a POST without a note that the move needs) asks for the note."""
    incident = incident_to_change(request, ref)
    given = request.POST if request.method == "POST" else request.GET
    to = given.get("to", "")
    move = _move_to(incident, to)
    if move is None:
        # The table knows the words for it, and which moves there are.
        INCIDENT.check(incident, state=incident.status, to=to, given=("note",))
        raise Conflict(f"{incident.ref} cannot become {to}.")
    if request.method != "POST":
        return _ask(request, incident, move, TransitionForm(move=move))
    form = TransitionForm(request.POST, move=move)
    if not form.is_valid():
        return _ask(request, incident, move, form)
    return _move(request, incident, to, form.cleaned_data["note"])


def _ask(
    request: HttpRequest, incident: Incident, move: Move, form: TransitionForm
) -> HttpResponse:
    return form_page(
        request,
        incident,
        form,
        title=f"{move.label}: {incident.ref}",
        submit=move.label,
        hidden=[("to", move.to)],
    )


def _move(request: HttpRequest, incident: Incident, to: str, note: str) -> HttpResponse:
    services.transition_incident(
        incident_id=incident.pk, to=to, actor=web_actor(request), note=note
    )
    return back(request, incident, f"{incident.ref} {DONE[to]}")


def _move_to(incident: Incident, to: str) -> Move | None:
    return next((move for move in INCIDENT.moves_from(incident.status) if move.to == to), None)


def _preview(request: HttpRequest) -> dict[str, object]:
    """Whom declaring would page right now, for what is chosen in the form so far."""
    given = request.POST if request.method == "POST" else request.GET
    severity = given.get("severity", "sev3")
    slugs = given.getlist("systems")[:50]
    return {"severity": severity, "paging": paged_first(current_user(request), slugs, severity)}


def _is_current(request: HttpRequest, query: str) -> bool:
    """Is this saved view what is shown, whatever else narrows it?"""
    chosen = {name for name in ("mine", "my_team") if request.GET.get(name)}
    if request.GET.get("status") == "all" and not chosen:
        chosen = {"status"}
    return chosen == ({query[1:].partition("=")[0]} if query else set())


def _chips(request: HttpRequest) -> list[tuple[str, str]]:
    """(label, query without it) of every filter that narrows the list, to take it away again."""
    shown = [
        (f"{label}: {value}", name) for name, label in NARROWING if (value := request.GET.get(name))
    ]
    if (status := request.GET.get("status")) and status not in ("active", "all"):
        shown.append((f"Status: {status}", "status"))
    return [(label, _query_without(request, name)) for label, name in shown]


def _query_without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    for gone in (name, "cursor", "fragment"):
        query.pop(gone, None)
    return f"?{query.urlencode()}"
