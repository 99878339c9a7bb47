"""Working an incident in the browser: notes, tasks, times, severity, title and systems."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from core.downloads import asleep
from core.errors import NotFound
from incidents import services
from incidents.actions import back, form_page, handled, incident_to_change, saved
from incidents.criteria import CRITERIA
from incidents.forms import EditForm, NoteForm, SeverityForm, TaskForm, TimesForm
from incidents.selectors import incident_for


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def note(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = NoteForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.add_note(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, incident, "The note is on the timeline.")
    return form_page(request, incident, form, title=f"Note on {incident.ref}", submit="Add note")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def task(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = TaskForm(request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: services.add_task(
            incident_id=incident.pk, actor=web_actor(request), **form.cleaned_data
        ),
    ):
        return back(request, incident, "The task is added.")
    return form_page(request, incident, form, title=f"Task for {incident.ref}", submit="Add task")


@require_POST
@handled
def task_done(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    incident = incident_to_change(request, ref)
    done = request.POST.get("done", "1") != "0"
    services.finish_task(incident_id=incident.pk, task_id=pk, done=done, actor=web_actor(request))
    return back(request, incident, "The task is done." if done else "The task is open again.")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def times(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = TimesForm(request.POST or None, incident=incident)
    if form.is_valid() and not form.overtaken():
        edited = form.edited()
        if not edited:
            return back(request, incident, "Nothing was changed.")
        if saved(
            form,
            lambda: services.set_times(
                incident_id=incident.pk,
                actor=web_actor(request),
                expected_version=incident.version,
                **edited,
            ),
        ):
            return back(request, incident, "The times are saved.")
    return form_page(
        request,
        incident,
        form,
        title=f"Times of {incident.ref}",
        submit="Save times",
        intro="In your time zone. Empty means that it is not known. The timeline keeps what stood "
        "here before.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def severity(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = SeverityForm(request.POST or None, incident=incident)
    if (
        form.is_valid()
        and not form.overtaken()
        and saved(
            form,
            lambda: services.change_severity(
                incident_id=incident.pk,
                actor=web_actor(request),
                expected_version=incident.version,
                **form.cleaned_data,
            ),
        )
    ):
        return back(
            request, incident, f"{incident.ref} is {form.cleaned_data['severity'].upper()}."
        )
    return form_page(
        request,
        incident,
        form,
        title=f"Severity of {incident.ref}",
        submit="Set severity",
        criteria=CRITERIA,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    incident = incident_to_change(request, ref)
    form = EditForm(request.POST or None, user=current_user(request), incident=incident)
    if form.is_valid() and not form.overtaken():
        edited = form.edited()
        if "systems" in edited:
            edited["systems"] = list(edited["systems"])
        if saved(
            form,
            lambda: services.edit_incident(
                incident_id=incident.pk,
                actor=web_actor(request),
                expected_version=incident.version,
                **edited,
            ),
        ):
            return back(request, incident, f"{incident.ref} is saved.")
    return form_page(request, incident, form, title=f"Edit {incident.ref}", submit="Save")


@require_safe
@handled
def file(request: HttpRequest, ref: str, file_id: UUID) -> HttpResponse:
    """A picture of the timeline, to whoever may see the incident."""
    incident = incident_for(current_user(request), ref)
    row = incident.files.select_related("content").filter(pk=file_id).first()
    if row is None:
        raise NotFound("There is no such picture.")
    return asleep(bytes(row.content.data), row.media_type, row.name)
