"""The pages of regulatory clocks: what runs, the rules, one clock, its drafts, evidence holds."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, require_role, role_required, web_actor
from core.errors import Conflict, Invalid, NotFound
from incidents.actions import incident_to_change, sentence
from incidents.selectors import incident_for
from postmortems.clocks import drafts, holds, selectors, services
from postmortems.clocks.fields import FORMS, problems
from postmortems.clocks.forms import DraftForm, OwnerForm, ReasonForm, StartForm, SubmitForm
from postmortems.clocks.rules import NOT_ADVICE, shipped_rules
from postmortems.models import RegulatoryClock, ReportDraft

REASONS = "Why nothing is to be reported"


@require_safe
def clock_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    context = {
        "running": selectors.running_clocks(user),
        "ended": selectors.ended_clocks(user),
        "notice": NOT_ADVICE,
    }
    return render(request, "postmortems/clocks/list.html", context)


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    context = {"rules": shipped_rules(), "notice": NOT_ADVICE}
    return render(request, "postmortems/clocks/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def start(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = StartForm(request.POST or None, initial={"incident": request.GET.get("incident", "")})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        rule, _, trigger = data.pop("what").partition("/")
        try:
            incident = incident_for(user, data.pop("incident"))
            found = services.start_clock(
                incident_id=incident.pk,
                rule=rule,
                trigger=trigger,
                actor=web_actor(request),
                **data,
            )
        except Invalid as error:
            show_errors(form, error)
        except (Conflict, NotFound) as error:
            form.add_error("incident", error.message)
        else:
            messages.success(request, "The clock runs from the moment of awareness.")
            return redirect("clocks:detail", pk=found.pk)
    context = {"form": form, "notice": NOT_ADVICE}
    status = 422 if form.errors else 200
    return render(request, "postmortems/clocks/start.html", context, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    found = selectors.clock_for(user, pk)
    waiting = next((d for d in found.decisions.all() if d.outcome == "proposed"), None)
    context = {
        "clock": found,
        "row": selectors.row_of(found),
        "phases": list(found.phases.all()),
        "waiting": waiting,
        "may_answer": user.can_manage,
        "may_approve": waiting is not None and waiting.proposed_by_id != user.pk,
        "holds": selectors.holds_on(found.incident),
        "may_change": user.can_respond,
        "submit_form": SubmitForm(),
        "reasons_form": ReasonForm(label=REASONS),
        "owner_form": OwnerForm(incident=found.incident, initial={"owner": found.owner_id}),
        "notice": NOT_ADVICE,
    }
    return render(request, "postmortems/clocks/detail.html", context)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    form = SubmitForm(request.POST)
    return _done(
        request,
        found,
        form,
        lambda: services.submit_phase(
            clock_id=found.pk, actor=web_actor(request), **form.cleaned_data
        ),
        "The report is noted.",
    )


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    return _done(
        request,
        found,
        None,
        lambda: services.end_clock(clock_id=found.pk, actor=web_actor(request)),
        "The clock has ended: everything is reported.",
    )


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    form = ReasonForm(request.POST, label=REASONS)
    return _done(
        request,
        found,
        form,
        lambda: services.propose_not_reportable(
            clock_id=found.pk, reasons=form.cleaned_data["text"], actor=web_actor(request)
        ),
        "Proposed. The clock runs on until somebody else approves.",
    )


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.clock_for(current_user(request), pk)
    approve = request.POST.get("approve") == "1"
    return _done(
        request,
        found,
        None,
        lambda: services.answer_decision(
            clock_id=found.pk,
            approve=approve,
            by=current_user(request),
            actor=web_actor(request),
            note=request.POST.get("note", "").replace("\x00", ""),
        ),
        "Approved: not reportable." if approve else "Refused: it has to be reported.",
    )


@require_POST
def owner(request: HttpRequest, pk: int) -> HttpResponse:
    found = _to_change(request, pk)
    form = OwnerForm(request.POST, incident=found.incident)
    return _done(
        request,
        found,
        form,
        lambda: services.hand_over(
            clock_id=found.pk, owner=form.cleaned_data["owner"], actor=web_actor(request)
        ),
        "Handed over.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, ref: str) -> HttpResponse:
    """Place a hold on an incident's evidence, or lift it."""
    incident = incident_to_change(request, ref)
    held = holds.held_for(incident)
    label = "Why it may be lifted" if held else "Why the evidence has to stay as it is"
    form = ReasonForm(request.POST or None, label=label)
    if request.method == "POST" and form.is_valid():
        text, actor = form.cleaned_data["text"], web_actor(request)
        try:
            if held:
                by = current_user(request)
                holds.lift_hold(incident_id=incident.pk, by=by, actor=actor, reason=text)
            else:
                holds.place_hold(incident_id=incident.pk, actor=actor, reason=text)
        except (Invalid, Conflict) as error:
            form.add_error("text", sentence(error))
        else:
            messages.success(request, "The hold is lifted." if held else "The evidence is held.")
            return redirect("incidents:detail", ref=incident.ref)
    context = {"form": form, "incident": incident, "held": held}
    status = 422 if form.errors else 200
    return render(request, "postmortems/clocks/hold.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def authority_draft(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.clock_for(current_user(request), pk)
    return _draft(request, found.incident.ref, ReportDraft.Form.AUTHORITY, found)


@require_http_methods(["GET", "HEAD", "POST"])
def aiid_draft(request: HttpRequest, ref: str) -> HttpResponse:
    return _draft(request, ref, ReportDraft.Form.AIID, None)


def _draft(
    request: HttpRequest, ref: str, form_name: str, found: RegulatoryClock | None
) -> HttpResponse:
    user = current_user(request)
    incident = incident_for(user, ref)
    draft = drafts.draft_of(incident=incident, form=form_name, user=user, running=found)
    if request.GET.get("as") in ("json", "text"):
        return _file(draft, request.GET["as"])
    form = DraftForm(request.POST or None, draft=draft)
    if request.method == "POST":
        require_role(user, Role.RESPONDER)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.save_draft(
                incident_id=incident.pk,
                form=form_name,
                values=form.values(),
                actor=web_actor(request),
                clock_id=found.pk if found else None,
                expected_version=form.cleaned_data["version"],
            )
        except (Invalid, Conflict) as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, "The draft is saved. Nothing was sent to anybody.")
            return redirect(request.path)
    asked = found.terms.get("fields", []) if found else []
    labels = {field.key: field.label for group in FORMS[form_name] for field in group.fields}
    missing = problems(form_name, draft.fields, asked)
    context = {
        "form": form,
        "draft": draft,
        "clock": found,
        "incident": incident,
        "missing": [(labels[key], told) for key, told in missing.items()],
        "may_change": user.can_respond,
        "notice": NOT_ADVICE,
    }
    status = 422 if form.errors else 200
    return render(request, "postmortems/clocks/draft.html", context, status=status)


def _file(draft: ReportDraft, kind: str) -> HttpResponse:
    name = f"{draft.incident.ref}-{draft.form}"
    if kind == "json":
        answer = HttpResponse(drafts.as_json(draft), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return answer
    answer = HttpResponse(drafts.as_text(draft), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return answer


def _to_change(request: HttpRequest, pk: int) -> RegulatoryClock:
    """First whether they may see it, then whether they may change anything."""
    user = current_user(request)
    found = selectors.clock_for(user, pk)
    require_role(user, Role.RESPONDER)
    return found


def _done(
    request: HttpRequest,
    found: RegulatoryClock,
    form: SubmitForm | ReasonForm | OwnerForm | None,
    do: Callable[[], object],
    said: str,
) -> HttpResponse:
    """Do it and go back to the clock, with a message of what became of it."""
    try:
        if form is not None and not form.is_valid():
            told = [str(line) for lines in form.errors.values() for line in lines]
            raise Invalid(" ".join(told))
        do()
    except (Invalid, Conflict) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, said)
    return redirect("clocks:detail", pk=found.pk)
