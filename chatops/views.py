"""The box of the incident page: a note, or a command with a leading slash. No rules."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import current_user, web_actor
from chatops.calling import Answer
from chatops.forms import CommandForm
from chatops.grammar import BOX, Command, CommandError, NeedsMore, Order, chat, read
from chatops.html import html_blocks
from chatops.registry import BY_NAME, COMMANDS
from chatops.surface import Form, Place, Reply
from chatops.talking import carry_out
from core.errors import AireError, Conflict, Forbidden, Invalid, NotFound
from incidents.actions import back, handled, incident_to_change, is_htmx, sentence
from incidents.models import Incident

SIGN = BOX.sign


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def command(request: HttpRequest, ref: str) -> HttpResponse:
    """What is refused comes back with the text that was typed, and with what to write."""
    incident = incident_to_change(request, ref)
    form = CommandForm(request.POST or None)
    if not form.is_valid():
        return _shown(request, incident, form, status=422 if form.errors else 200)
    try:
        order = parse(form.cleaned_data["text"])
        found = carry_out(
            order=order,
            asker=current_user(request),
            actor=web_actor(request),
            place=Place("web", incident_ref=incident.ref),
            dialect=BOX,
            occurred_at=form.cleaned_data["occurred_at"],
        )
    except (NotFound, Forbidden):
        raise
    except NeedsMore as error:
        page = _page(error.command, incident) if not is_htmx(request) else ""
        return redirect(page) if page else _refused(request, incident, form, error)
    except AireError as error:
        return _refused(request, incident, form, error)
    return _told(request, incident, order, form, found)


@require_safe
def commands(request: HttpRequest) -> HttpResponse:
    """All commands, as they are written in chat and in the box."""
    rows = [
        {
            "command": one,
            "chat": chat(own_incident=False).usage(one),
            "example": chat(own_incident=False).example(one),
            "box": BOX.usage(one),
        }
        for one in COMMANDS
    ]
    return render(request, "chatops/commands.html", {"rows": rows})


@require_safe
def completion(request: HttpRequest) -> JsonResponse:
    """For the box: what can be written, once it is asked for."""
    rows = [{"name": one.name, "usage": BOX.usage(one), "does": one.does} for one in COMMANDS]
    answer = JsonResponse({"commands": rows})
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


def parse(text: str) -> Order:
    """What was typed into the box, as an order. Text without a leading slash is a note; `//`
    begins a note with one slash."""
    text = text.strip()
    if not text.startswith(SIGN) or text.startswith(SIGN * 2):
        return Order(BY_NAME["note"], {"text": text.removeprefix(SIGN)})
    return read(text.removeprefix(SIGN), BY_NAME, BOX)


def _told(
    request: HttpRequest, incident: Incident, order: Order, form: CommandForm, found: Answer
) -> HttpResponse:
    """A sentence goes back to the page; more than that is shown; a form is the page that has it."""
    if isinstance(found, str):
        return back(request, incident, found)
    if isinstance(found, Form):
        page = _page(order.command, incident)
        if not page:
            return back(request, incident, f"Fill in: {found.title}.")
        said = {one.name: one.initial for one in found.fields if one.initial}
        return redirect(f"{page}?{urlencode(said)}" if order.command.name == "declare" else page)
    return _shown(request, incident, CommandForm(), status=200, reply=found)


def _page(command: Command | None, incident: Incident) -> str:
    """The page of the web that does the same."""
    if command is None or not command.page:
        return ""
    if command.about_incident:
        return reverse(command.page, args=[incident.ref])
    return reverse(command.page)


def _refused(
    request: HttpRequest, incident: Incident, form: CommandForm, error: AireError
) -> HttpResponse:
    status = 409 if isinstance(error, Conflict) else 422
    if is_htmx(request):
        context = {"tone": "error", "text": sentence(error)}
        return render(request, "components/callout.html", context, status=status)
    named = isinstance(error, Invalid) and bool(error.errors.get("occurred_at"))
    form.add_error("occurred_at" if named else "text", sentence(error))
    wrong = error.command if isinstance(error, CommandError) else None
    return _shown(request, incident, form, status=status, wrong=wrong)


def _shown(
    request: HttpRequest,
    incident: Incident,
    form: CommandForm,
    *,
    status: int,
    wrong: Command | None = None,
    reply: Reply | None = None,
) -> HttpResponse:
    context = {
        "incident": incident,
        "form": form,
        "commands": [(one, BOX.usage(one)) for one in COMMANDS],
        "wrong": wrong,
        "reply": html_blocks(reply.blocks) if reply else [],
        "back_url": reverse("incidents:detail", args=[incident.ref]),
    }
    return render(request, "chatops/command.html", context, status=status)
