"""Documents leave as files: for the house whole, for the outside redacted and looked at first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from core.downloads import asleep
from core.errors import Invalid, NotFound
from postmortems.exports import tree, writers
from postmortems.exports.people import people_of
from postmortems.exports.redaction import Redactor
from postmortems.pages import handled
from postmortems.selectors import postmortem_for

MAX_WORDS = 50


@require_safe
@handled
def export(request: HttpRequest, ref: str, form: str) -> HttpResponse:
    if form not in writers.FORMATS:
        raise NotFound(f"There is no such export. There are: {', '.join(writers.FORMATS)}.")
    whole = _asked(request, ref)
    return asleep(writers.write(whole, form), writers.FORMATS[form], writers.file_name(whole, form))


@require_safe
@handled
def external(request: HttpRequest, ref: str) -> HttpResponse:
    """How the external version looks, with what is chosen, before anybody downloads it."""
    postmortem = postmortem_for(current_user(request), ref)
    shown = _asked(request, ref, outside=True)
    chosen = _chosen(request)
    asked = [("external", "1"), *(("section", key) for key in chosen)]
    words = request.GET.get("words", "")[:2_000]
    context = {
        "postmortem": postmortem,
        "sections": [
            (section.key, section.title, section.key in chosen)
            for section in postmortem.sections.defer("search")
            if section.body.strip()
        ],
        "words": words,
        "markdown": writers.markdown(shown),
        "query": urlencode([*asked, ("words", words)]),
        "formats": [form for form in writers.FORMATS if form != "pdf" or writers.pdf_possible()],
        "drafted": sum(len(row.generated) for row in postmortem.sections.defer("search")),
    }
    return render(request, "postmortems/external.html", context)


def _asked(request: HttpRequest, ref: str, *, outside: bool = False) -> tree.Tree:
    user = current_user(request)
    postmortem = postmortem_for(user, ref)
    whole = tree.collect(postmortem, user)
    if not outside and request.GET.get("external") != "1":
        return whole
    given = request.GET.get("words", "")[:2_000].replace(",", "\n").split("\n")
    words = [line.strip() for line in given if line.strip()]
    if len(words) > MAX_WORDS:
        raise Invalid(f"At most {MAX_WORDS} words can be left out at once.")
    redactor = Redactor(*people_of(postmortem), words)
    return tree.redact(whole, redactor, _chosen(request))


def _chosen(request: HttpRequest) -> list[str]:
    return request.GET.getlist("section")[:50] or list(tree.OUTSIDE)
