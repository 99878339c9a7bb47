"""Templates in the browser: which there are, one with its versions, and its editor for managers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Conflict, Invalid
from incidents.actions import sentence
from postmortems.models import PostmortemTemplate, TemplateVersion
from postmortems.selectors.templates import all_templates, template_page, version_of
from postmortems.services.templates import body_of_input, retire_template, save_template
from postmortems.template_body import read_body
from postmortems.template_forms import SectionFormSet, TemplateForm, body_data, initial_of


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    context = {
        "templates": all_templates(),
        "may_manage": current_user(request).can_manage,
    }
    return render(request, "postmortems/template_list.html", context)


@require_safe
def template_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One template as it is now, or as it was in an earlier version."""
    number = request.GET.get("version", "")
    page = template_page(slug, number if number.isascii() and number.isdigit() else "")
    context = {"page": page, "may_manage": current_user(request).can_manage}
    return render(request, "postmortems/template_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def template_new(request: HttpRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def template_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _editor(request, version_of(slug))


@require_POST
@role_required(Role.MANAGER)
def template_retire(request: HttpRequest, slug: str) -> HttpResponse:
    version = version_of(slug)
    retire_template(slug=version.template.slug, actor=web_actor(request))
    messages.success(request, f"{version.title} is not chosen any more.")
    return redirect("postmortems:template-detail", slug=slug)


def _editor(request: HttpRequest, version: TemplateVersion | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    body = read_body(version.body) if version else None
    head = {}
    if version is not None and body is not None:
        head = {
            "title": version.title,
            "slug": version.template.slug,
            "description": body.description,
            "system_kinds": body.system_kinds,
            "cause_classes": body.cause_classes,
            "position": body.position,
        }
    form = TemplateForm(posted, initial=head, fixed=version is not None)
    sections = SectionFormSet(posted, initial=initial_of(body) if body else [], prefix="section")
    if posted is not None and form.is_valid() and sections.is_valid():
        answer = _save(request, form, sections, version)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "sections": sections,
        "version": version,
        "seen": request.POST.get("seen") or (version.number if version else 0),
    }
    wrong = posted is not None
    return render(request, "postmortems/template_form.html", context, status=422 if wrong else 200)


def _save(
    request: HttpRequest,
    form: TemplateForm,
    sections: SectionFormSet,  # type: ignore[valid-type]
    version: TemplateVersion | None,
) -> HttpResponse | None:
    """None where the form has to be shown again, with what is wrong beside the fields."""
    slug = form.cleaned_data["slug"]
    if version is None and PostmortemTemplate.objects.filter(slug=slug).exists():
        form.add_error("slug", "There is a template with this short name already.")
        return None
    seen = request.POST.get("seen", "")
    try:
        stored = save_template(
            slug=slug,
            title=form.cleaned_data["title"],
            body=body_of_input(body_data(form, sections, retired=False)),
            actor=web_actor(request),
            expected_number=int(seen) if version and seen.isdigit() else None,
        )
    except Invalid as error:
        form.add_error(None, sentence(error))
        return None
    except Conflict as error:
        form.add_error(None, error.message)
        return None
    messages.success(request, f"Version {stored.number} is saved. New documents begin with it.")
    return redirect("postmortems:template-detail", slug=slug)
