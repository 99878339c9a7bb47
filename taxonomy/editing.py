"""The verbs of people who extend the taxonomy: making causes, wording shipped ones otherwise,
retiring, giving back. A release never touches what they made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.audit import record
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from taxonomy.models import Cause, CauseClass
from taxonomy.revisions import WORDS, revision_of, words_of
from taxonomy.services import cause_fields
from taxonomy.shipped import SCHEMES, shipped

LOCAL_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
MAX_NAME = 120
MAX_DEFINITION = 2_000
MAX_LINE = 300
MAX_LINES = 20
ACTION_TYPES = ("prevent", "detect", "mitigate", "process")


def save_cause(
    *,
    class_slug: str,
    local_name: str,
    name: str,
    definition: str,
    actor: Actor,
    applies_to: Sequence[str] = (),
    external: Mapping[str, Sequence[str]] | None = None,
    detection_signals: Sequence[str] = (),
    immediate_mitigations: Sequence[str] = (),
    follow_up_actions: Sequence[Mapping[str, str]] = (),
    regulatory_check: Sequence[str] = (),
    expected_version: int | None = None,
) -> Cause:
    """Make the cause `<class>.<local name>`, or bring it to exactly this wording. A shipped cause
    that is worded otherwise becomes one of this installation and stays it through upgrades."""
    wanted = _normal(
        name=name,
        definition=definition,
        applies_to=applies_to,
        external=external or {},
        detection_signals=detection_signals,
        immediate_mitigations=immediate_mitigations,
        follow_up_actions=follow_up_actions,
        regulatory_check=regulatory_check,
    )
    owner = _checked(class_slug, local_name, wanted)
    wanted["external"] = {scheme: codes for scheme, codes in wanted["external"].items() if codes}
    slug = f"{class_slug}.{local_name}"
    with transaction.atomic():
        # The class is locked, so that two people cannot add the same cause at once.
        CauseClass.objects.select_for_update().get(pk=owner.pk)
        cause = Cause.objects.select_for_update().filter(slug=slug).first()
        if cause is None:
            cause = Cause.objects.create(
                slug=slug, cause_class=owner, shipped=False, position=_last(owner), **wanted
            )
            _tell(cause, actor, "create")
            return cause
        if expected_version is not None and cause.version != expected_version:
            raise Conflict(f"{cause.name} changed while you looked at it. Load it again.")
        if words_of(cause) == wanted and not cause.retired:
            return cause
        _reword(cause, wanted, shipped=False, actor=actor)
        _tell(cause, actor, "update")
    return cause


def retire_cause(*, slug: str, actor: Actor) -> Cause:
    """Do not offer it any more. Incidents that name it keep it."""
    with transaction.atomic():
        cause = _locked(slug)
        if not cause.retired:
            revision_of(cause, actor.label).save(force_insert=True)
            cause.retired, cause.version = True, cause.version + 1
            cause.save(update_fields=["retired", "version"])
            _tell(cause, actor, "retire")
    return cause


def give_back(*, slug: str, actor: Actor) -> Cause:
    """Bring a cause back to the wording of this release, and to what later ones make of it."""
    item = shipped_words(slug)
    if item is None:
        raise Conflict("This cause was made here: there is no shipped wording to go back to.")
    with transaction.atomic():
        cause = _locked(slug)
        if cause.shipped and not cause.retired and words_of(cause) == item:
            return cause
        _reword(cause, item, shipped=True, actor=actor)
        _tell(cause, actor, "give_back")
    return cause


def remove_cause(*, slug: str, actor: Actor) -> str:
    """Delete a cause that was made here and that nothing names; else retire it, or give a shipped
    one back. Answers which."""
    if shipped_words(slug) is not None:
        give_back(slug=slug, actor=actor)
        return "give back"
    try:
        with transaction.atomic():
            cause = _locked(slug)
            record(actor=actor, action="cause.delete", target_kind="cause", target_ref=slug)
            cause.delete()
    except ProtectedError:
        retire_cause(slug=slug, actor=actor)
        return "retire"
    return "delete"


def shipped_words(slug: str) -> dict[str, Any] | None:
    """What this release says of a cause; None for one that it does not know."""
    for _, item in shipped().causes():
        if item["slug"] == slug:
            fields = cause_fields(item, 0, 0)
            return {name: fields[name] for name in WORDS}
    return None


def _reword(cause: Cause, words: dict[str, Any], *, shipped: bool, actor: Actor) -> None:
    """Keep what it said, then have it say this."""
    revision_of(cause, actor.label).save(force_insert=True)
    for field, value in words.items():
        setattr(cause, field, value)
    cause.shipped, cause.retired, cause.version = shipped, False, cause.version + 1
    cause.save()


def _normal(**given: Any) -> dict[str, Any]:
    """The words in the one form in which they are stored and compared."""
    return {
        "name": " ".join(given["name"].split()),
        "definition": given["definition"].strip(),
        "applies_to": list(dict.fromkeys(given["applies_to"])),
        "external": {scheme: list(codes) for scheme, codes in given["external"].items()},
        "detection_signals": _lines(given["detection_signals"]),
        "immediate_mitigations": _lines(given["immediate_mitigations"]),
        "follow_up_actions": [
            {"type": item.get("type", ""), "title": " ".join(item.get("title", "").split())}
            for item in given["follow_up_actions"]
        ],
        "regulatory_check": list(dict.fromkeys(given["regulatory_check"])),
    }


def _locked(slug: str) -> Cause:
    cause = None if "\x00" in slug else Cause.objects.select_for_update().filter(slug=slug).first()
    if cause is None:
        raise NotFound(f"There is no cause “{slug[:80]}”.")
    return cause


def _last(owner: CauseClass) -> int:
    """Behind the others of its class."""
    last = owner.causes.order_by("-position").values_list("position", flat=True).first()
    return min((last or 0) + 1, 32_000)


def _lines(lines: Sequence[str]) -> list[str]:
    return [text for line in lines if (text := " ".join(line.split()))]


def _checked(class_slug: str, local_name: str, wanted: dict[str, Any]) -> CauseClass:
    owner = None if "\x00" in class_slug else CauseClass.objects.filter(slug=class_slug).first()
    errors = _wrong_words(wanted)
    if owner is None:
        errors["class_slug"] = ["There is no such class in the taxonomy."]
    if not LOCAL_NAME.fullmatch(local_name):
        errors["local_name"] = ["Use small letters, digits and hyphens, at most 50."]
    facets = shipped().facets
    for field, facet in (("applies_to", "system_kind"), ("regulatory_check", "regulatory_check")):
        known = {value.slug for value in facets[facet]}
        if unknown := sorted(set(wanted[field]) - known):
            errors[field] = [f"Not known: {', '.join(unknown)[:200]}."]
    if errors or owner is None:
        raise Invalid("The cause was not saved.", errors=errors)
    return owner


def _wrong_words(wanted: dict[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if "\\x00" in repr(wanted):
        errors["definition"] = ["Holds a character that cannot be stored."]
    if not wanted["name"] or len(wanted["name"]) > MAX_NAME:
        errors["name"] = [f"Give it a name of at most {MAX_NAME} characters."]
    if not wanted["definition"] or len(wanted["definition"]) > MAX_DEFINITION:
        errors["definition"] = [f"Say in at most {MAX_DEFINITION:,} characters what it is."]
    found = {
        "detection_signals": _wrong_lines(wanted["detection_signals"]),
        "immediate_mitigations": _wrong_lines(wanted["immediate_mitigations"]),
        "follow_up_actions": _wrong_actions(wanted["follow_up_actions"]),
        "external": _wrong_codes(wanted["external"]),
    }
    return errors | {field: [sentence] for field, sentence in found.items() if sentence}


def _wrong_lines(lines: Sequence[str]) -> str:
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines):
        return f"At most {MAX_LINES} lines of {MAX_LINE} characters."
    return ""


def _wrong_actions(actions: Sequence[Mapping[str, str]]) -> str:
    if any(item["type"] not in ACTION_TYPES or not item["title"] for item in actions):
        return f"Each needs a title and a type: {', '.join(ACTION_TYPES)}."
    return _wrong_lines([item["title"] for item in actions])


def _wrong_codes(external: Mapping[str, Sequence[str]]) -> str:
    if unknown := sorted(set(external) - set(SCHEMES)):
        return f"Not a scheme: {', '.join(unknown)[:200]}."
    codes = [code for given in external.values() for code in given]
    if len(codes) > 100 or any(not code.strip() or len(code) > 100 for code in codes):
        return "At most 100 codes of 100 characters."
    return ""


def _tell(cause: Cause, actor: Actor, verb: str) -> None:
    record(
        actor=actor,
        action=f"cause.{verb}",
        target_kind="cause",
        target_ref=cause.slug,
        name=cause.name,
    )
