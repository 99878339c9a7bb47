"""What follow-ups add to the pages of incidents and documents, drafts and exports. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from core import clock
from incidents.models import Incident
from incidents.panels import Panel
from postmortems.actions.duties import missing_to_publish
from postmortems.actions.proposals import proposals_for, shown_proposals
from postmortems.actions.selectors import actions_of
from postmortems.models import Action, Postmortem
from postmortems.parts import Check, Drafted, Exported, Part


def _block(incident: Incident, user: User, request: HttpRequest, *, over: bool) -> SafeString | str:
    """While it burns only what is promised already, and nothing where nothing is."""
    actions = actions_of(user, incident.pk)
    proposals = proposals_for(incident) if over else []
    if not over and not actions:
        return ""
    context = {
        "incident": incident,
        "actions": actions,
        "proposals": shown_proposals(proposals),
        "declined": [one for one in proposals if one.declined],
        "may_change": user.can_respond,
        "today": clock.now().date(),
    }
    return render_to_string("actions/panel.html", context, request=request)


def _on_incident(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    """Follow-ups are promised when the fire is out; before, only what is there is shown."""
    over = incident.status in ("mitigated", "resolved", "closed")
    return _block(incident, user, request, over=over)


def _on_document(postmortem: Postmortem, user: User, request: HttpRequest) -> SafeString | str:
    return _block(postmortem.incident, user, request, over=True)


def _drafted(incident: Incident) -> Sequence[Drafted]:
    """The actions that are there, and the follow-ups that the causes propose."""
    lines = [
        Drafted("actions", f"{action.ref} ({action.get_type_display().lower()}): {action.title}")
        for action in Action.objects.filter(incident=incident).order_by("id")[:20]
    ]
    for one in shown_proposals(proposals_for(incident)):
        must = ", required" if one.required else ""
        lines.append(Drafted("actions", f"Proposed ({one.type}{must}): {one.title}"))
    return lines


def _exported(postmortem: Postmortem, user: User) -> tuple[Sequence[str], object]:
    actions = actions_of(user, postmortem.incident_id)
    lines = [
        f"- **{action.ref}** {action.title} ({action.get_type_display()}, "
        f"{action.get_status_display().lower()}, due {action.due_on or 'without date'}, "
        f"{action.owner or 'nobody'})"
        for action in actions
    ]
    data = [
        {
            "ref": action.ref,
            "title": action.title,
            "type": action.type,
            "status": action.status,
            "due_on": action.due_on.isoformat() if action.due_on else None,
            "owner": action.owner.email if action.owner else None,
            "cause": action.cause,
            "done_criterion": action.done_criterion,
            "reason": action.reason,
        }
        for action in actions
    ]
    return lines, data


INCIDENT_PANEL = Panel("actions", _on_incident, place="main", rank=3)
DOCUMENT_PART = Part("actions", _on_document, place="main")
PUBLISH_CHECK = Check("actions", missing_to_publish, "Required follow-ups are answered")
EXPORTED = Exported("actions", "Follow-up actions", _exported)
drafted_actions = _drafted
