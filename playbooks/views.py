"""The pages of playbooks and their runs. No rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, require_role, role_required, web_actor
from core.errors import AireError, Conflict, Forbidden, Invalid, NotFound
from core.pages import page_urls
from incidents.actions import incident_to_change, is_htmx, sentence
from incidents.selectors import incident_for
from playbooks import selectors, services
from playbooks.forms import NoteForm, PlaybookForm, written
from playbooks.models import Playbook, PlaybookRun
from playbooks.remedies import remedies

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def handled(view: View[P]) -> View[P]:
    """What a service refuses becomes a message on the page of the run, or of the incident."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotFound, Forbidden):
            raise
        except AireError as error:
            messages.error(request, sentence(error))
            ref = str(kwargs.get("ref", ""))
            if ref.lower().startswith("inc-"):
                return redirect("incidents:detail", ref=ref)
            return redirect("playbooks:run", ref=ref) if ref else redirect("playbooks:list")

    return answer


@require_safe
def playbook_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    page = selectors.playbooks_page(user, cursor=request.GET.get("cursor"))
    asked = request.GET.get("incident", "")
    context = {
        "incident": incident_for(user, asked) if asked and user.can_respond else None,
        "rows": selectors.shown(page.items),
        "pager": page_urls(request, page),
        "may_change": user.can_manage,
    }
    return render(request, "playbooks/list.html", context)


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    page = selectors.runs_page(current_user(request), cursor=request.GET.get("cursor"))
    return render(
        request, "playbooks/runs.html", {"runs": page.items, "pager": page_urls(request, page)}
    )


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    playbook = selectors.playbook_for(user, slug)
    page = selectors.runs_page(user, playbook=playbook, cursor=request.GET.get("cursor"))
    context = {
        "playbook": playbook,
        "spec": selectors.shown([playbook])[0].spec,
        "definition": written(playbook),
        "runs": page.items,
        "pager": page_urls(request, page),
        "may_change": user.can_manage,
    }
    return render(request, "playbooks/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _form(request, selectors.playbook_for(current_user(request), slug))


@require_POST
@role_required(Role.MANAGER)
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    playbook = selectors.playbook_for(current_user(request), slug)
    verb = services.remove_playbook(slug=playbook.slug, actor=web_actor(request))
    done = "deleted" if verb == "delete" else "switched off; its runs stay"
    messages.success(request, f"{playbook.name} is {done}.")
    return redirect("playbooks:list")


@require_POST
@handled
def start(request: HttpRequest, ref: str, slug: str) -> HttpResponse:
    """Plan it for an incident; with `run` it goes on by itself."""
    incident = incident_to_change(request, ref)
    playbook = selectors.playbook_for(current_user(request), slug)
    run = services.start_run(
        playbook_id=playbook.pk,
        incident_id=incident.pk,
        actor=web_actor(request),
        at_once="run" in request.POST,
    )
    return redirect("playbooks:run", ref=run.ref)


@require_safe
def run(request: HttpRequest, ref: str) -> HttpResponse:
    """htmx asks for what has changed, and is answered 204 when nothing has."""
    page = selectors.run_page(current_user(request), ref)
    live = is_htmx(request) and request.GET.get("fragment") == "live"
    if live and request.GET.get("seen") == page.tag:
        return HttpResponse(status=204)
    context = {
        "page": page,
        "run": page.run,
        "live_url": f"?fragment=live&seen={page.tag}",
        "outlook": selectors.outlook_of(page.run) if page.may_begin else None,
    }
    return render(request, "playbooks/run_live.html" if live else "playbooks/run.html", context)


@require_POST
@handled
def act(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """A button of the run's page."""
    found = _to_change(request, ref)
    do = _VERBS.get(verb)
    if do is None:
        raise NotFound("There is nothing at this address.")
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise Invalid("The note is longer than 1,000 characters.")
    do(request, found, form.cleaned_data["note"])
    return redirect("playbooks:run", ref=found.ref)


def _begin(request: HttpRequest, run: PlaybookRun, note: str) -> object:
    return services.begin_run(run_id=run.pk, actor=web_actor(request))


def _answer(agrees: bool) -> Callable[[HttpRequest, PlaybookRun, str], object]:
    def do(request: HttpRequest, run: PlaybookRun, note: str) -> object:
        return services.answer_approval(
            run_id=run.pk,
            user=current_user(request),
            agrees=agrees,
            actor=web_actor(request),
            note=note,
        )

    return do


def _check(fine: bool) -> Callable[[HttpRequest, PlaybookRun, str], object]:
    def do(request: HttpRequest, run: PlaybookRun, note: str) -> object:
        return services.answer_check(
            run_id=run.pk, step_id=_step(request), fine=fine, actor=web_actor(request), note=note
        )

    return do


def _settle(happened: bool) -> Callable[[HttpRequest, PlaybookRun, str], object]:
    def do(request: HttpRequest, run: PlaybookRun, note: str) -> object:
        return services.settle_step(
            run_id=run.pk, step_id=_step(request), happened=happened, actor=web_actor(request)
        )

    return do


_VERBS: dict[str, Callable[[HttpRequest, PlaybookRun, str], object]] = {
    "begin": _begin,
    "approve": _answer(True),
    "refuse": _answer(False),
    "fine": _check(True),
    "not-fine": _check(False),
    "happened": _settle(True),
    "not-happened": _settle(False),
    "go-on": lambda request, run, _: services.go_on(run_id=run.pk, actor=web_actor(request)),
    "helped": lambda request, run, note: services.confirm_helped(
        run_id=run.pk, actor=web_actor(request), note=note
    ),
    "stop": lambda request, run, note: services.stop_run(
        run_id=run.pk, actor=web_actor(request), note=note
    ),
    "undo": lambda request, run, note: services.undo_run(
        run_id=run.pk, actor=web_actor(request), because=note
    ),
}


def _to_change(request: HttpRequest, ref: str) -> PlaybookRun:
    """First whether they may see it, then whether they may change anything."""
    user = current_user(request)
    found = selectors.run_for(user, ref)
    require_role(user, Role.RESPONDER)
    return found


def _step(request: HttpRequest) -> UUID:
    """Of the form; the services look it up among the run's own."""
    try:
        return UUID(request.POST.get("step", ""))
    except ValueError as error:
        raise Invalid("Name the step.") from error


def _form(request: HttpRequest, playbook: Playbook | None) -> HttpResponse:
    form = PlaybookForm(request.POST or None, playbook=playbook)
    if form.is_valid():
        slug = playbook.slug if playbook else form.cleaned_data["slug"]
        try:
            if playbook is None and Playbook.objects.filter(slug=slug).exists():
                raise Invalid("Taken.", errors={"slug": ["Another playbook is called that."]})
            saved = services.save_playbook(
                slug=slug,
                name=form.cleaned_data["name"],
                definition=form.cleaned_data["definition"],
                actor=web_actor(request),
            )
        except Invalid as error:
            _beside_fields(form, error)
        except (Conflict, Forbidden) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("playbooks:detail", slug=saved.slug)
    acts: list[tuple[Any, Any]] = [(remedy, act) for remedy in remedies for act in remedy.acts]
    context = {"form": form, "playbook": playbook, "acts": acts}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "playbooks/form.html", context, status=status)


def _beside_fields(form: PlaybookForm, error: Invalid) -> None:
    """All that is said of the definition stands beside it."""
    inside = [line for name, lines in error.errors.items() if name not in form.fields
              for line in lines]  # fmt: skip
    own = {name: lines for name, lines in error.errors.items() if name in form.fields}
    if inside:
        own["definition"] = [*own.get("definition", []), *inside]
    show_errors(form, Invalid(error.message, errors=own))
