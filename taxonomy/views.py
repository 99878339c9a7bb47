"""The pages of the taxonomy: everyone browses, admins extend."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Conflict, Invalid
from taxonomy import editing, selectors
from taxonomy.forms import CauseForm
from taxonomy.models import Cause
from taxonomy.panels import panels
from taxonomy.shipped import FACETS, SCHEMES, shipped


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[: selectors.MAX_QUERY]
    kind = request.GET.get("kind", "")
    kinds = [value.slug for value in shipped().facets["system_kind"]]
    kind = kind if kind in kinds else ""
    context = {
        "classes": selectors.taxonomy_page(text, kind=kind),
        "q": text,
        "kind": kind,
        "kinds": kinds,
        "version": shipped().version,
        "made_here": Cause.objects.filter(shipped=False, retired=False).count(),
    }
    return render(request, "taxonomy/home.html", context)


@require_safe
def facets(request: HttpRequest) -> HttpResponse:
    known = selectors.facets()
    context = {
        "facets": [
            (title, words, known[name]) for name, (title, words) in FACETS.items() if name in known
        ],
        "sources": [(SCHEMES.get(name, name), text) for name, text in _sources()],
        "version": shipped().version,
    }
    return render(request, "taxonomy/facets.html", context)


@require_safe
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.cause_for(slug)
    user = current_user(request)
    blocks = [panel(found, user, request) for panel in panels]
    context = {
        "cause": found,
        "external": selectors.external_codes(found),
        "duties": selectors.facet_values("regulatory_check", found.regulatory_check),
        "revisions": list(found.revisions.all()[:20]),
        "is_of_release": editing.shipped_words(slug) is not None,
        "blocks": [block for block in blocks if block],
    }
    return render(request, "taxonomy/cause.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def cause_new(request: HttpRequest) -> HttpResponse:
    form = CauseForm(
        request.POST or None, cause=None, initial={"class_slug": request.GET.get("class")}
    )
    if form.is_valid():
        wanted = form.wanted()
        slug = f"{wanted['class_slug']}.{wanted['local_name']}"
        if Cause.objects.filter(slug=slug).exists():
            form.add_error("local_name", f"{slug} is there already. Change that one.")
        elif (made := _saved(request, form, wanted)) is not None:
            return _back(request, made, f"{made.name} is in the taxonomy.")
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def cause_edit(request: HttpRequest, slug: str) -> HttpResponse:
    found = selectors.cause_for(slug)
    form = CauseForm(request.POST or None, cause=found)
    if form.is_valid():
        owner, _, local = found.slug.partition(".")
        wanted = {**form.wanted(), "class_slug": owner, "local_name": local}
        if (made := _saved(request, form, wanted)) is not None:
            return _back(request, made, f"{made.name} is saved.")
    return _form_page(request, form, found)


@require_POST
@role_required(Role.ADMIN)
def cause_retire(request: HttpRequest, slug: str) -> HttpResponse:
    found = editing.retire_cause(slug=slug, actor=web_actor(request))
    return _back(request, found, f"{found.name} is not offered any more.")


@require_POST
@role_required(Role.ADMIN)
def cause_give_back(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found = editing.give_back(slug=slug, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("taxonomy:cause", slug=slug)
    return _back(request, found, f"{found.name} says again what the release says.")


def _saved(request: HttpRequest, form: CauseForm, wanted: dict[str, object]) -> Cause | None:
    try:
        return editing.save_cause(actor=web_actor(request), **wanted)  # type: ignore[arg-type]
    except Invalid as error:
        show_errors(form, error)
    except Conflict as error:
        form.add_error(None, error.message)
    return None


def _form_page(request: HttpRequest, form: CauseForm, found: Cause | None) -> HttpResponse:
    context = {"form": form, "cause": found}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "taxonomy/form.html", context, status=status)


def _back(request: HttpRequest, found: Cause, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("taxonomy:cause", slug=found.slug)


def _sources() -> list[tuple[str, str]]:
    """Under the names that the external codes of causes have."""
    renamed = {"mitre_atlas": "atlas"}
    return [(renamed.get(name, name), text) for name, text in shipped().sources.items()]
