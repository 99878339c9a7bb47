"""The settings pages of connections: what playbooks may act through. No rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import role_required, web_actor
from core.errors import Conflict, Invalid, NotFound
from playbooks import services
from playbooks.forms import ConnectionForm
from playbooks.models import Connection
from playbooks.remedies import Remedy, remedies
from playbooks.selectors import connection_for


@require_safe
@role_required(Role.ADMIN)
def connection_list(request: HttpRequest) -> HttpResponse:
    context = {
        "connections": Connection.objects.defer("token", "secret"),
        "kinds": list(remedies),
    }
    return render(request, "playbooks/connections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def connection_new(request: HttpRequest, kind: str) -> HttpResponse:
    remedy = remedies.get(kind)
    if remedy is None:
        raise NotFound("There is no such kind of connection.")
    return _form(request, remedy, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def connection_edit(request: HttpRequest, slug: str) -> HttpResponse:
    connection = connection_for(slug)
    remedy = remedies.get(connection.kind)
    if remedy is None:
        raise NotFound("There is no such kind of connection.")
    return _form(request, remedy, connection)


@require_POST
@role_required(Role.ADMIN)
def connection_remove(request: HttpRequest, slug: str) -> HttpResponse:
    verb = services.remove_connection(slug=slug, actor=web_actor(request))
    done = "deleted" if verb == "delete" else "switched off; runs went through it"
    messages.success(request, f"{slug} is {done}.")
    return redirect("connections:list")


def _form(request: HttpRequest, remedy: Remedy, connection: Connection | None) -> HttpResponse:
    form = ConnectionForm(request.POST or None, remedy=remedy, connection=connection)
    if form.is_valid():
        wanted = form.wanted()
        slug = connection.slug if connection else wanted.pop("slug")
        try:
            if connection is None and Connection.objects.filter(slug=slug).exists():
                raise Invalid("Taken.", errors={"slug": ["Another connection is called that."]})
            saved = services.save_connection(slug=slug, actor=web_actor(request), **wanted)
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("connections:list")
    context = {"form": form, "remedy": remedy, "connection": connection}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "playbooks/connection_form.html", context, status=status)
