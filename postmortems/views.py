"""Documents in the browser: the list, one document, beginning one, and moving it along."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from core.errors import Conflict, Invalid
from core.lifecycle import Move
from core.pages import page_urls
from incidents.actions import incident_to_change, saved
from postmortems import parts, selectors, services
from postmortems.forms import AssignForm, CommentForm, NoteForm, ReasonForm, StartForm, TitleForm
from postmortems.lifecycle import POSTMORTEM
from postmortems.models import Postmortem
from postmortems.pages import (
    back,
    document_to_change,
    document_to_review,
    form_page,
    handled,
)

SAVED_VIEWS = (
    ("Not published", ""),
    ("Mine", "?mine=1"),
    ("Overdue", "?overdue=1"),
    ("Published", "?status=published"),
    ("All", "?status=all"),
)
DONE = {
    "in_review": "is in review. Its reviewers are told.",
    "approved": "is approved by you.",
    "changes_requested": "goes back with your changes.",
    "published": "is published and locked. What comes later is an addendum.",
    "draft": "is a draft again.",
}


@require_safe
@handled
def postmortem_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    asked = request.GET.copy()
    asked.setdefault("status", "unpublished")
    found = selectors.postmortem_filter(request, asked, user)
    page = selectors.postmortem_list(found, cursor=request.GET.get("cursor"))
    plain = not any(value for name, value in request.GET.items() if name != "cursor")
    narrowed = [name for name in request.GET if name not in ("cursor", "status")]
    context = {
        "page": page,
        "pager": page_urls(request, page),
        "form": found.form,
        "views": [(label, query, _is_current(request, query)) for label, query in SAVED_VIEWS],
        "unreadable": [f"{name}: {lines[0]}" for name, lines in found.form.errors.items()],
        "filtered": any(request.GET.get(name) for name in narrowed),
        "kept": [(n, v) for n in ("mine", "overdue", "cause") if (v := request.GET.get(n))],
        "queue": selectors.waiting_for(user) if plain and "cursor" not in request.GET else None,
    }
    return render(request, "postmortems/list.html", context)


@require_safe
@handled
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    page = selectors.postmortem_page(current_user(request), ref)
    context = {
        "page": page,
        "postmortem": page.postmortem,
        "incident": page.postmortem.incident,
        "comment_form": CommentForm(),
        "blocks": {
            place: parts.drawn(place, page.postmortem, page.reader, request)
            for place in ("main", "rail")
        },
    }
    return render(request, "postmortems/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, incident_ref: str) -> HttpResponse:
    """Begin the document of an incident by hand, with a template of one's choice."""
    incident = incident_to_change(request, incident_ref)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            postmortem = services.start_postmortem(
                incident_id=incident.pk,
                actor=web_actor(request),
                template=form.cleaned_data["template"],
            )
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("incidents:detail", ref=incident.ref)
        return back(request, postmortem, f"{postmortem.ref} is there, drafted from what is known.")
    return form_page(
        request,
        None,
        form,
        title=f"Postmortem of {incident.ref}",
        submit="Begin it",
        intro="Every section begins with what is known already. Nothing of it is from a language "
        "model, and each line is marked until somebody accepts or changes it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def transition(request: HttpRequest, ref: str) -> HttpResponse:
    """POST moves; GET (and a POST without a note that the move needs) asks for the note."""
    postmortem = document_to_review(request, ref)
    given = request.POST if request.method == "POST" else request.GET
    to = given.get("to", "")
    move = _move_to(postmortem, to)
    if move is None:
        # The table knows the words for it, and which moves there are.
        POSTMORTEM.check(postmortem, state=postmortem.status, to=to, given=("note",))
        raise Conflict(f"{postmortem.ref} cannot become {to[:40]}.")
    form = NoteForm(request.POST if request.method == "POST" else None, move=move)
    if request.method == "POST" and form.is_valid():
        services.transition_postmortem(
            postmortem_id=postmortem.pk,
            to=to,
            actor=web_actor(request),
            note=form.cleaned_data["note"],
            expected_version=_version(request),
        )
        return back(request, postmortem, f"{postmortem.ref} {DONE[to]}")
    return form_page(
        request,
        postmortem,
        form,
        title=f"{move.label}: {postmortem.ref}",
        submit=move.label,
        hidden=[("to", move.to)],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def assign(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    form = AssignForm(request.POST or None, postmortem=postmortem)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if saved(
            form,
            lambda: services.assign(
                postmortem_id=postmortem.pk,
                owner=data["owner"],
                due=data["due_at"],
                actor=web_actor(request),
            ),
        ):
            return back(request, postmortem, "Owner and date are saved.")
    return form_page(
        request, postmortem, form, title=f"Owner and date of {postmortem.ref}", submit="Save"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def rename(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    form = TitleForm(request.POST or None, initial={"title": postmortem.title})
    if form.is_valid() and saved(
        form,
        lambda: services.rename(
            postmortem_id=postmortem.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, postmortem, "The title is saved.")
    return form_page(request, postmortem, form, title=f"Title of {postmortem.ref}", submit="Save")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def set_aside(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.set_aside(
            postmortem_id=postmortem.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, postmortem, f"{postmortem.ref} is set aside.")
    return form_page(
        request, postmortem, form, title=f"Set {postmortem.ref} aside", submit="Set aside"
    )


@require_POST
@handled
def take_up(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    services.take_up_again(postmortem_id=postmortem.pk, actor=web_actor(request))
    return back(request, postmortem, f"{postmortem.ref} is taken up again.")


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Invalid("The version is not a number.")
    return int(given)


def _move_to(postmortem: Postmortem, to: str) -> Move | None:
    return next((move for move in POSTMORTEM.moves_from(postmortem.status) if move.to == to), None)


def _is_current(request: HttpRequest, query: str) -> bool:
    """Is this saved view what is shown, whatever else narrows it?"""
    names = ("mine", "overdue", "status")
    chosen = {name: value for name in names if (value := request.GET.get(name))}
    name, _, value = query.removeprefix("?").partition("=")
    return chosen == ({name: value} if name else {})
