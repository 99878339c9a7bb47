"""The evidence drawer, citations and attached files. Files leave as what they are, and asleep."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from core.downloads import asleep
from core.errors import Invalid, NotFound
from core.files import MAX_SIZE
from core.search import read_query
from postmortems import services
from postmortems.evidence import kinds
from postmortems.models import Attachment, Postmortem
from postmortems.pages import back, document_to_change, handled
from postmortems.selectors import postmortem_for

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def drawer(request: HttpRequest, ref: str) -> HttpResponse:
    """What can be cited, by kind and words; a POST cites one of it."""
    if request.method == "POST":
        return _cite(request, ref)
    user = current_user(request)
    postmortem = postmortem_for(user, ref)
    chosen = kinds.get(request.GET.get("kind", "")) or next(iter(kinds), None)
    words = read_query(request.GET.get("q", "")).text
    cited = {
        (citation.kind, citation.target): citation.number for citation in postmortem.citations.all()
    }
    items = chosen.items(postmortem.incident, user, words, SHOWN) if chosen else []
    context = {
        "postmortem": postmortem,
        "kinds": list(kinds),
        # Not `chosen`: the base template calls its theme so.
        "shown": chosen,
        "words": words,
        "items": [
            (item, cited.get((chosen.name, item.target))) for item in items if chosen is not None
        ],
        "more": len(items) == SHOWN,
        "back_to": _section_asked(request, postmortem),
        "may_write": user.can_respond,
    }
    return render(request, "postmortems/evidence.html", context)


def _section_asked(request: HttpRequest, postmortem: Postmortem) -> str:
    """The section that the drawer was opened from, to go back to."""
    asked = request.GET.get("section", "") or request.POST.get("section", "")
    known = asked and "\x00" not in asked and postmortem.sections.filter(key=asked).exists()
    return asked if known else ""


def _cite(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    kind = request.POST.get("kind", "")
    row = services.cite(
        postmortem_id=postmortem.pk,
        kind=kind,
        target=request.POST.get("target", ""),
        user=current_user(request),
        actor=web_actor(request),
    )
    told = f"Cited as [E{row.number}], with a copy of how it looks now."
    back(request, postmortem, told)  # the message; the drawer stays open
    address = reverse("postmortems:evidence", args=[postmortem.ref])
    asked = {"kind": kind, "q": request.POST.get("q", "")[:200]}
    section = _section_asked(request, postmortem)
    return redirect(f"{address}?{urlencode({**asked, 'section': section})}")


@require_POST
@handled
def uncite(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    services.take_citation_away(
        postmortem_id=postmortem.pk, number=number, actor=web_actor(request)
    )
    return back(request, postmortem, f"[E{number}] is not cited any more.", "evidence")


@require_POST
@handled
def attach(request: HttpRequest, ref: str) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Invalid("No file arrived. Choose one and send it again.")
    # One byte more than is allowed is enough to know.
    data = sent.read(MAX_SIZE + 1)
    row = services.attach(
        postmortem_id=postmortem.pk, name=sent.name or "", data=data, actor=web_actor(request)
    )
    return back(request, postmortem, f"{row.name} is attached.", "files")


@require_safe
def download(request: HttpRequest, ref: str, attachment_id: UUID) -> HttpResponse:
    """As a download, whatever it is: no browser opens it within this origin."""
    postmortem = postmortem_for(current_user(request), ref)
    rows = Attachment.objects.select_related("content")
    row = rows.filter(postmortem=postmortem, pk=attachment_id).first()
    if row is None:
        raise NotFound("There is no such file.")
    return asleep(bytes(row.content.data), row.media_type, row.name)


@require_POST
@handled
def detach(request: HttpRequest, ref: str, attachment_id: UUID) -> HttpResponse:
    postmortem = document_to_change(request, ref)
    services.take_attachment_away(
        postmortem_id=postmortem.pk, attachment_id=attachment_id, actor=web_actor(request)
    )
    return back(request, postmortem, "The file is taken away.", "files")
