"""How dialogs are made and read back: what is filled in, what is wrong. No database in checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chatops.calling import Call, Dialog
from chatops.surface import Block, Choice, Field, FieldValue, Form, FormErrors, FormValues
from core.errors import AireError, Invalid

INCIDENT = Field("incident", "Incident", "incident", placeholder="INC-42")
MANY = ("choices", "people", "systems")
MAX_MANY = 50


def form_of(
    dialog: Dialog,
    call: Call,
    *,
    initial: Mapping[str, FieldValue] | None = None,
    shown: Mapping[str, tuple[Choice, ...]] | None = None,
    blocks: tuple[Block, ...] = (),
) -> Form:
    """The dialog with what is known filled in. An incident that is not known is asked for."""
    filled, labels = initial or {}, shown or {}
    fields = tuple(
        replace(
            field,
            initial=filled.get(field.name, field.initial),
            shown=labels.get(field.name, field.shown),
        )
        for field in dialog.fields
    )
    state: dict[str, str] = {}
    title = dialog.title
    if dialog.about_incident and call.about is None:
        fields = (INCIDENT, *fields)
    elif call.about is not None and dialog.about_incident:
        state["incident"] = call.about.ref
        title = f"{title} {call.about.ref}"
    return Form(dialog.name, title, dialog.submit, fields, blocks, state)


def wrong(dialog: Dialog, values: FormValues, state: Mapping[str, str]) -> dict[str, str]:
    """By field what can be seen without asking anybody: left out, too long, not offered."""
    fields = dialog.fields
    if dialog.about_incident and not state.get("incident"):
        fields = (INCIDENT, *fields)
    found = {field.name: _wrong(field, values.get(field.name)) for field in fields}
    return {name: sentence for name, sentence in found.items() if sentence}


def _wrong(field: Field, value: object) -> str:
    if field.kind == "checkbox":
        return ""
    if field.kind in MANY:
        many = [str(item) for item in value] if isinstance(value, list | tuple) else []
        if field.required and not many:
            return "Choose at least one."
        if len(many) > MAX_MANY:
            return f"At most {MAX_MANY}."
        return _not_offered(field, many)
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        return _MISSING.get(field.kind, "Choose one.") if field.required else ""
    if "\x00" in text or text.encode(errors="ignore").decode() != text:
        return "Holds a character that cannot be stored."
    if len(text) > field.max_length:
        return f"Is longer than {field.max_length:,} characters."
    return _not_offered(field, [text])


def _not_offered(field: Field, given: list[str]) -> str:
    if field.kind not in ("choice", "choices"):
        return ""
    known = {option.value for option in field.options}
    return "" if known.issuperset(given) else "Choose one of those that are offered."


_MISSING = {"text": "Write something.", "long_text": "Write something.", "time": "Choose a time."}


def errors_of(dialog: Dialog, error: AireError) -> FormErrors:
    """What a service refuses, at the field that it is about; else for the form as a whole."""
    known = {field.name for field in dialog.fields}
    found: dict[str, str] = {}
    for name, lines in error.errors.items() if isinstance(error, Invalid) else ():
        here = dialog.errors.get(name, name)
        found.setdefault(here if here in known else "", " ".join(lines))
    return FormErrors(found or {"": error.message})
