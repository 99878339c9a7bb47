"""Who is on an incident, in the browser: roles, paging, access, and folding two into one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import current_user, web_actor
from core.errors import NotFound
from incidents import services
from incidents.actions import back, form_page, handled, incident_to_change, saved
from incidents.forms import MemberForm, MergeForm, PageForm, RoleForm
from incidents.models import Incident
from incidents.selectors import incident_for


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def role(request: HttpRequest, ref: str) -> HttpResponse:
    """`me` takes the role oneself, without the form."""
    incident = incident_to_change(request, ref)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and "me" in data:
        data["user"] = str(current_user(request).pk)
    form = RoleForm(data, initial=_held(incident, request.GET.get("role", "lead")))
    if form.is_valid() and saved(
        form,
        lambda: services.assign_role(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, incident, "The role is assigned.")
    return form_page(request, incident, form, title=f"Roles in {incident.ref}", submit="Assign")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def page(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = PageForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.page_someone(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, incident, f"{form.cleaned_data['user']} is being paged.")
    return form_page(
        request,
        incident,
        form,
        title=f"Page someone for {incident.ref}",
        submit="Page now",
        intro="They are paged at once over all their channels, whatever the time is for them.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def merge(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = MergeForm(request.POST or None)
    target = _target(request, form) if form.is_valid() else None
    if target is not None and saved(
        form,
        lambda: services.merge_incident(
            incident_id=incident.pk, into_id=target.pk, actor=web_actor(request)
        ),
    ):
        return back(request, target, f"{incident.ref} was merged into this.")
    return form_page(
        request,
        incident,
        form,
        title=f"Merge {incident.ref}",
        submit="Merge",
        intro="Its alerts, tasks and people go over; its paging stops. It stays readable as "
        "cancelled. This cannot be undone.",
    )


@require_POST
@handled
def private(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    wanted = request.POST.get("private") == "1"
    services.set_private(incident_id=incident.pk, private=wanted, actor=web_actor(request))
    told = "Only its people see it now." if wanted else "Everyone sees it now."
    return back(request, incident, told)


@require_POST
@handled
def still_on_it(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    services.confirm_still_on_it(incident_id=incident.pk, actor=web_actor(request))
    return back(request, incident, "Kept. It does not page again for now.")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def member(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = MemberForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.grant_access(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, incident, f"{form.cleaned_data['user']} is one of its people now.")
    return form_page(
        request,
        incident,
        form,
        title=f"Let someone into {incident.ref}",
        submit="Let in",
        intro="They see everything of it, also what was written before.",
    )


def _held(incident: Incident, role: str) -> dict[str, object]:
    holder = incident.roles.filter(role=role).values_list("user_id", flat=True).first()
    return {"role": role, "user": holder}


def _target(request: HttpRequest, form: MergeForm) -> Incident | None:
    """What the reader may see only: another incident's existence is not told by a merge."""
    try:
        return incident_for(current_user(request), form.cleaned_data["into"])
    except NotFound as error:
        form.add_error("into", error.message)
        return None
