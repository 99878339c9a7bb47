"""OpenSLO in the browser: import with a preview, export, rules for Prometheus. Here on the roof,
because importing is `apply`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from accounts.permissions import current_user, require_role, web_actor
from aire_web.config.applying import Outcome, apply_files
from aire_web.config.files import File
from aire_web.config.plan import Plan
from aire_web.config.refusals import Refusal
from slos import selectors
from slos.forms import OpenSloForm
from slos.manifest.export import documents_of, rules_file_of
from slos.manifest.rows import stored_documents
from slos.models import Slo
from slos.openslo.documents import API_VERSION, OpenSlo, read, write
from slos.openslo.meaning import understand


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest) -> HttpResponse:
    """`action=import` writes; anything else shows what it would do."""
    form = OpenSloForm()
    outcome = None
    if request.method == "POST":
        require_role(current_user(request), Role.MANAGER)
        form = OpenSloForm(request.POST, request.FILES)
        if form.is_valid():
            data, name = form.content()
            outcome = _outcome(request, File(name, data))
            form = OpenSloForm(initial={"text": data.decode("utf-8", "replace")})
    status = 422 if form.errors or (outcome and outcome.refusals) else 200
    return render(request, "slos/openslo.html", {"form": form, "outcome": outcome}, status=status)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Every objective with what it needs, or with `slo` only that one."""
    slos = _asked(request)
    return _file(write(documents_of(slos)), "openslo.yaml")


@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    return _file(rules_file_of(_asked(request)).text, "aire-rules.yaml")


def _outcome(request: HttpRequest, file: File) -> Outcome:
    """Only OpenSLO is taken here, and nothing from the server's environment."""
    documents = read(file.data, file=file.name).documents
    foreign = [
        Refusal(file.name, document.line_of(("apiVersion",)), f"Only {API_VERSION} is taken here.")
        for document in documents
        if document.body.get("apiVersion") != API_VERSION
    ]
    if foreign:
        return Outcome(Plan([], [], []), foreign, [], applied=False)
    outcome = apply_files(
        [file],
        env={},
        actor=web_actor(request),
        dry_run=request.POST.get("action") != "import",
    )
    said = [] if outcome.refusals else _said(documents)
    return replace(outcome, keys=[], warnings=sorted({*outcome.warnings, *said}))


def _said(documents: Sequence[OpenSlo]) -> list[Refusal]:
    """What documents mean that their writer may not have meant, such as alerting nobody."""
    found = understand(documents, others=stored_documents()).findings
    return [Refusal(one.file, one.line, f"{one.item}: {one.message}") for one in found]


def _asked(request: HttpRequest) -> list[Slo]:
    user = current_user(request)
    if slug := request.GET.get("slo", ""):
        return [selectors.slo_for(user, slug)]
    return list(selectors.slo_rows(user))


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
