"""Drafts of reports: made from what is known, written by people, exported. Nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from incidents.models import Incident
from incidents.services.rows import lock_incident
from postmortems.clocks.fields import FORMS, LISTS, all_fields
from postmortems.clocks.prefill import aiid_fields, authority_fields
from postmortems.clocks.rules import NOT_ADVICE
from postmortems.models import RegulatoryClock, ReportDraft


def draft_of(
    *, incident: Incident, form: str, user: User, running: RegulatoryClock | None = None
) -> ReportDraft:
    """The stored draft, else a new one in memory that says what AIRE knows already."""
    known = ReportDraft.objects.filter(incident=incident, form=form, clock=running).first()
    if known is not None:
        return known
    fields = (
        aiid_fields(incident, user)
        if form == ReportDraft.Form.AIID
        else authority_fields(incident, running, user)
    )
    return ReportDraft(incident=incident, form=form, clock=running, fields=fields, version=0)


def save_draft(
    *,
    incident_id: int,
    form: str,
    values: Mapping[str, str],
    actor: Actor,
    clock_id: int | None = None,
    expected_version: int = 0,
) -> ReportDraft:
    """Keep what was written; an incomplete draft is fine, an impossible one is not. `Conflict`
    when somebody else has saved meanwhile: `expected_version` is 0 for a new draft."""
    wanted = _checked(form, values)
    with transaction.atomic():
        incident = lock_incident(incident_id)
        known = (
            ReportDraft.objects.select_for_update()
            .filter(incident=incident, form=form, clock_id=clock_id)
            .first()
        )
        if (known.version if known else 0) != expected_version:
            raise Conflict(
                "Somebody else saved this draft meanwhile. Copy what you wrote, load it again and "
                "put both together."
            )
        draft = known or ReportDraft(incident=incident, form=form, clock_id=clock_id, version=0)
        draft.fields, draft.version = wanted, draft.version + 1
        draft.updated_at, draft.updated_by_id = clock.now(), actor.user_id
        draft.save()
        record(
            actor=actor,
            action="report.draft",
            target_kind="incident",
            target_ref=incident.ref,
            form=form,
            version=draft.version,
        )
    return draft


def as_json(draft: ReportDraft) -> str:
    """For the AI Incident Database with its field names and lists; else fields by key."""
    values: dict[str, Any] = {
        field.key: draft.fields.get(field.key, "") for field in all_fields(draft.form)
    }
    if draft.form == ReportDraft.Form.AIID:
        for key in LISTS:
            values[key] = [part.strip() for part in values[key].split(",") if part.strip()]
    else:
        values["notice"] = NOT_ADVICE
    return json.dumps(values, ensure_ascii=False, indent=2)


def as_text(draft: ReportDraft) -> str:
    """Plain text with headings, to be copied into an authority's form."""
    parts = []
    for group in FORMS[draft.form]:
        lines = [
            f"{field.label}: {value}"
            for field in group.fields
            if (value := draft.fields.get(field.key, "").strip())
        ]
        if lines:
            parts.append(f"{group.title.upper()}\n" + "\n".join(lines))
    return "\n\n".join([*parts, NOT_ADVICE]) + "\n"


def _checked(form: str, values: Mapping[str, str]) -> dict[str, str]:
    """The known fields that say something. Raises `Invalid` naming what is too long."""
    errors: dict[str, list[str]] = {}
    kept: dict[str, str] = {}
    for field in all_fields(form):
        value = values.get(field.key, "").replace("\r\n", "\n").strip()
        if len(value) > field.most:
            errors[field.key] = [f"Has more than {field.most:,} characters."]
        elif "\x00" in value:
            errors[field.key] = ["Holds a character that cannot be stored."]
        elif field.choices and value and value not in field.choices:
            errors[field.key] = [f"Choose one of: {', '.join(field.choices)}."]
        elif value:
            kept[field.key] = value
    if errors:
        raise Invalid("The draft was not saved.", errors=errors)
    return kept
