"""Writing a section: its textarea, preview, what was typed and not saved, versions, conflicts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from core.errors import AireError, Invalid, NotFound
from incidents.actions import sentence
from postmortems import services
from postmortems.generated import still_generated
from postmortems.models import Postmortem, Review, Section, SectionRevision, UnsavedText
from postmortems.pages import back, document_to_change, handled
from postmortems.rendering import section_html, text_html
from postmortems.selectors import postmortem_for
from postmortems.template_body import read_body
from postmortems.worddiff import diff_html

SHOWN_VERSIONS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def edit(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    section = _section(postmortem, key)
    if request.method != "POST":
        return _open(request, postmortem, section)
    body = _plain(request.POST.get("body", ""))
    seen = _number(request.POST.get("seen", ""), section.version)
    if "discard" in request.POST:
        services.drop_unsaved(section=section, user=current_user(request))
        return back(request, postmortem, "What was not saved is gone.", section.key)
    if "preview" in request.POST:
        return _page(request, postmortem, section, body=body, seen=seen, preview=True)
    try:
        services.save_section(
            postmortem_id=postmortem.pk,
            key=key,
            body=body,
            seen_version=seen,
            actor=web_actor(request),
        )
    except services.SectionConflict as conflict:
        return _conflict(request, postmortem, conflict)
    except Invalid as error:
        messages.error(request, sentence(error))
        return _page(request, postmortem, section, body=body, seen=seen, status=422)
    return back(request, postmortem, f"“{section.title}” is saved.", section.key)


def _open(request: HttpRequest, postmortem: Postmortem, section: Section) -> HttpResponse:
    """With what this person typed last time and did not save, where there is something."""
    unsaved = UnsavedText.objects.filter(section=section, user=current_user(request)).first()
    version = _number(request.GET.get("version", ""), 0)
    old = section.revisions.filter(version=version).first() if version else None
    if old is not None:
        return _page(request, postmortem, section, body=old.body, seen=section.version, old=old)
    if unsaved is not None and unsaved.body != section.body:
        return _page(
            request, postmortem, section, body=unsaved.body, seen=unsaved.base_version,
            unsaved=unsaved,
        )  # fmt: skip
    return _page(request, postmortem, section, body=section.body, seen=section.version)


def _page(
    request: HttpRequest,
    postmortem: Postmortem,
    section: Section,
    *,
    body: str,
    seen: int,
    preview: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    numbers = set(postmortem.citations.values_list("number", flat=True))
    drafted = still_generated(body, section.generated)
    shown = Section(body=body, generated=drafted)
    context = {
        "postmortem": postmortem,
        "section": section,
        "asked": read_body(postmortem.template_version.body).section(section.key),
        "body": body,
        "seen": seen,
        "preview": section_html(shown, numbers) if preview else "",
        "citations": postmortem.citations.all(),
        "approvals": postmortem.reviews.filter(state=Review.State.APPROVED).count(),
        **more,
    }
    return render(request, "postmortems/section.html", context, status=status)


def _conflict(
    request: HttpRequest, postmortem: Postmortem, conflict: services.SectionConflict
) -> HttpResponse:
    """Both texts: theirs as it is saved, mine as it was sent, and word by word what differs."""
    section = conflict.section
    services.keep_unsaved(
        postmortem_id=postmortem.pk,
        key=section.key,
        body=conflict.mine,
        base_version=conflict.seen,
        user=current_user(request),
    )
    base = section.revisions.filter(version=conflict.seen).first()
    context = {
        "postmortem": postmortem,
        "section": section,
        "message": conflict.message,
        "mine": conflict.mine,
        "difference": diff_html(section.body, conflict.mine),
        "theirs": diff_html(base.body, section.body) if base else "",
    }
    return render(request, "postmortems/section_conflict.html", context, status=409)


@require_POST
@handled
def preview(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """How a text will look, for pages that ask while it is typed."""
    postmortem = document_to_change(request, ref)
    _section(postmortem, key)
    numbers = set(postmortem.citations.values_list("number", flat=True))
    html = text_html(_plain(request.POST.get("body", "")), numbers)
    return render(request, "postmortems/preview.html", {"preview": html})


@require_POST
def keep(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """Keep what is being typed, for its author alone. Answers JSON: it is asked by a script."""
    try:
        postmortem = document_to_change(request, ref)
        section = _section(postmortem, key)
        services.keep_unsaved(
            postmortem_id=postmortem.pk,
            key=key,
            body=request.POST.get("body", ""),
            base_version=_number(request.POST.get("seen", ""), section.version),
            user=current_user(request),
        )
    except NotFound:
        raise
    except AireError as error:
        return JsonResponse({"message": sentence(error)}, status=409)
    return JsonResponse({"version": section.version})


@require_POST
@handled
def accept(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """Take over one drafted line, or all of the section."""
    postmortem = document_to_change(request, ref)
    line = request.POST.get("line")
    section = services.accept_drafted(
        postmortem_id=postmortem.pk, key=key, actor=web_actor(request), line=line
    )
    told = "The line is accepted." if line is not None else "All drafted lines are accepted."
    return back(request, postmortem, told, section.key)


@require_safe
@handled
def history(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """All versions of a section, and the words that changed between two of them."""
    user = current_user(request)
    postmortem = postmortem_for(user, ref)
    section = _section(postmortem, key)
    rows = list(section.revisions.select_related("author").defer("body")[:SHOWN_VERSIONS])
    newest = rows[0].version if rows else 0
    to = _number(request.GET.get("to", ""), newest)
    old = _number(request.GET.get("from", ""), to - 1)
    before, after = _revision(section, old), _revision(section, to)
    context = {
        "postmortem": postmortem,
        "section": section,
        "rows": rows,
        "before": before,
        "after": after,
        "difference": diff_html(before.body if before else "", after.body if after else ""),
        "may_write": user.can_respond,
    }
    return render(request, "postmortems/history.html", context)


def _revision(section: Section, version: int) -> SectionRevision | None:
    return section.revisions.filter(version=version).first() if version > 0 else None


def _section(postmortem: Postmortem, key: str) -> Section:
    rows = postmortem.sections.select_related("updated_by").defer("search")
    section = None if "\x00" in key else rows.filter(key=key).first()
    if section is None:
        raise NotFound(f"{postmortem.ref} has no section “{key[:63]}”.")
    return section


def _plain(text: str) -> str:
    """Browsers send line ends as CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(text: str, otherwise: int) -> int:
    known = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if known else otherwise
