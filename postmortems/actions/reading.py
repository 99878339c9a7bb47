"""What a follow-up may say: the fields, checked. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from accounts.models import Team, User
from core.errors import Invalid
from core.urls import safe_href
from incidents.models import Incident
from postmortems.models import Action, Postmortem
from taxonomy.selectors import causes_by_slug

MAX_TITLE = 300
MAX_TEXT = 20_000
MAX_PROOF = 2_048
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
_DEFAULTS: dict[str, Any] = {
    "detail": "",
    "priority": "p2",
    "done_criterion": "",
    "required": False,
    "cause": "",
    "proof_kind": "",
    "proof": "",
    "external_url": "",
}


def checked_fields(*, given_now: Collection[str] | None = None, **given: Any) -> dict[str, Any]:
    """The fields as they are stored. Raises `Invalid` naming each that cannot be.

    `given_now` are the names that somebody changes: of the others it does not matter whether they
    could still be chosen today (an owner who has left). None: the action is new."""
    unknown = set(given) - set(_DEFAULTS) - {"title", "type", "owner", "team", "due_on"}
    if unknown:
        raise Invalid("Not fields of an action.", errors={name: ["Unknown."] for name in unknown})
    fields = {**_DEFAULTS, **given}
    for name in ("title", "detail", "done_criterion", "proof", "external_url"):
        fields[name] = str(fields[name] or "").strip()
    errors = _wrong(fields)
    if given_now is not None:
        if "due_on" in given_now and fields.get("due_on") is None:
            errors["due_on"] = ["Give the day until which it should be done."]
        errors = {name: lines for name, lines in errors.items() if name in given_now}
    if errors:
        raise Invalid("The action was not saved.", errors=errors)
    return fields


def default_team(incident: Incident) -> Team | None:
    """The team of the most critical system that has one."""
    system = (
        incident.systems.filter(team__isnull=False)
        .select_related("team")
        .order_by("tier", "name")
        .first()
    )
    return system.team if system else None


def own_postmortem(incident: Incident) -> Postmortem | None:
    return Postmortem.objects.active().filter(incident=incident).first()


def _wrong(fields: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not fields["title"]:
        errors["title"] = ["Say in a few words what will be different."]
    for name, limit in (
        ("title", MAX_TITLE),
        ("detail", MAX_TEXT),
        ("done_criterion", MAX_TEXT),
        ("proof", MAX_PROOF),
        ("external_url", MAX_PROOF),
    ):
        if len(fields[name]) > limit:
            errors[name] = [f"Is longer than {limit:,} characters."]
        elif "\x00" in fields[name]:
            errors[name] = ["Holds a character that cannot be stored."]
    for name, choices in (("type", Action.Type), ("priority", Action.Priority)):
        if fields[name] not in choices.values:
            errors[name] = [f"Choose one of: {', '.join(choices.values)}."]
    if fields["proof_kind"] and fields["proof_kind"] not in Action.Proof.values:
        errors["proof_kind"] = [f"Choose one of: {', '.join(Action.Proof.values)}."]
    if bool(fields["proof_kind"]) != bool(fields["proof"]):
        errors["proof"] = ["Say what it is and where it is, both or none."]
    if fields["external_url"] and safe_href(fields["external_url"]) is None:
        errors["external_url"] = ["Give a whole address that starts with https:// or http://."]
    errors.update(_wrong_others(fields))
    return errors


def _wrong_others(fields: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    cause, due_on, owner = fields["cause"], fields.get("due_on"), fields.get("owner")
    if cause and ("\x00" in cause or not causes_by_slug({cause})):
        errors["cause"] = [f"There is no cause “{cause[:80]}” in the taxonomy."]
    if due_on is not None and not EARLIEST <= due_on <= LATEST:
        errors["due_on"] = ["Give a day between 2000 and 2100."]
    if isinstance(owner, User) and not owner.can_respond:
        errors["owner"] = [f"{owner} cannot take it on: choose somebody active who may respond."]
    return errors
