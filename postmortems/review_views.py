"""Reviewing in the browser: reviewers, comments, the agenda of a meeting, addenda, receipts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from incidents.actions import saved
from postmortems import services
from postmortems.forms import AddendumForm, CommentForm, ReviewerForm
from postmortems.pages import (
    back,
    document_to_change,
    document_to_review,
    form_page,
    handled,
)
from postmortems.selectors import postmortem_for
from postmortems.selectors.agenda import agenda_of


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def reviewers(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    form = ReviewerForm(request.POST or None, postmortem=postmortem)
    if form.is_valid() and saved(
        form,
        lambda: services.ask_reviewer(
            postmortem_id=postmortem.pk,
            user=form.cleaned_data["user"],
            actor=web_actor(request),
        ),
    ):
        return back(request, postmortem, f"{form.cleaned_data['user']} is asked to review it.")
    return form_page(
        request,
        postmortem,
        form,
        title=f"Reviewer of {postmortem.ref}",
        submit="Ask",
        intro="Whoever you ask is let in to this private incident by it."
        if postmortem.incident.private
        else "When it goes to review, the owners that the rules name are asked by themselves.",
    )


@require_POST
@handled
def take_off(request: HttpRequest, ref: str, user_id: int) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    services.take_off_review(postmortem_id=postmortem.pk, user_id=user_id, actor=web_actor(request))
    return back(request, postmortem, "Taken off the review.")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def comment(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    postmortem = document_to_review(request, ref)
    form = CommentForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.comment(
            postmortem_id=postmortem.pk, key=key, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, postmortem, "Your comment is there.", key)
    return form_page(
        request, postmortem, form, title=f"Comment on {postmortem.ref}", submit="Comment"
    )


@require_POST
@handled
def resolve(request: HttpRequest, ref: str, comment_id: UUID) -> HttpResponse:
    postmortem = document_to_review(request, ref)
    resolved = request.POST.get("resolved", "1") != "0"
    row = services.resolve_comment(
        postmortem_id=postmortem.pk,
        comment_id=comment_id,
        actor=web_actor(request),
        resolved=resolved,
    )
    told = "The comment is resolved." if resolved else "The comment is open again."
    return back(request, postmortem, told, row.section.key)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def addendum(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    form = AddendumForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.add_addendum(
            postmortem_id=postmortem.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, postmortem, "The addendum is there.", "addenda")
    return form_page(
        request, postmortem, form, title=f"Addendum to {postmortem.ref}", submit="Add it"
    )


@require_POST
@handled
def mark_read(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = postmortem_for(current_user(request), ref)
    services.mark_as_read(postmortem_id=postmortem.pk, actor=web_actor(request))
    return back(request, postmortem, "Noted that you have read it.")


@require_safe
@handled
def agenda(request: HttpRequest) -> HttpResponse:
    """What a review meeting goes through: the documents that are chosen, else all in review."""
    found = agenda_of(current_user(request), request.GET.getlist("ref")[:20])
    return render(request, "postmortems/agenda.html", {"found": found})
