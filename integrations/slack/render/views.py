"""Modals and the home tab. Pure. https://docs.slack.dev/reference/views"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from chatops.surface import Choice, Field, Form, FormErrors, Home
from integrations.slack.render import elements, limits
from integrations.slack.render.blocks import blocks
from integrations.slack.render.words import Look, cut, plain, plain_of, text_of

FIELD = "field"
"""Begins the `action_id` of an input: `field:<kind>:<name>`; its `block_id` is the name."""

ASKED = frozenset({"person", "people", "system", "systems", "incident", "schedule", "cause"})
SEVERAL = frozenset({"choices", "people", "systems"})
Drawn = dict[str, Any]


def view(
    form: Form, look: Look, *, callback_id: str, metadata: str = "", external_id: str = ""
) -> Drawn:
    """A modal. `metadata` comes back with what is sent, and whoever sends it may have changed
    it: the caller signs it."""
    above = blocks(form.blocks, look, most=limits.VIEW_BLOCKS - len(form.fields), size=limits.VIEW)
    drawn: Drawn = {
        **_frame("modal", form.title),
        "callback_id": cut(callback_id, limits.ID, ""),
        "private_metadata": cut(metadata, limits.METADATA, ""),
        "submit": plain_of(form.submit, limits.VIEW_TITLE),
        "blocks": [*above, *map(_input, form.fields)] or [_said("Nothing to fill in.")],
    }
    if external_id:
        drawn["external_id"] = cut(external_id, limits.ID, "")
    return drawn


def loading(title: str, *, external_id: str = "", text: str = "One moment…") -> Drawn:
    """Opened at once, before there was time to look anything up."""
    drawn: Drawn = {**_frame("modal", title), "blocks": [_said(text)]}
    if external_id:
        drawn["external_id"] = cut(external_id, limits.ID, "")
    return drawn


def told(title: str, text: str) -> Drawn:
    """A modal that only says something, in place of what it was."""
    return {**_frame("modal", title), "blocks": [_said(text)]}


def home(given: Home, look: Look) -> Drawn:
    return {
        "type": "home",
        "blocks": blocks(given.blocks, look, most=limits.VIEW_BLOCKS, size=limits.VIEW),
    }


def errors(given: FormErrors, fields: Iterable[str] = ()) -> dict[str, str]:
    """For `response_action: errors`. What belongs to no field is said at the first one."""
    known = list(fields)
    out: dict[str, str] = {}
    for name, sentence in given.errors.items():
        place = name if name in known or not known else known[0]
        if place:
            out[place] = plain(" ".join(filter(None, (out.get(place), sentence))), limits.LABEL)
    return out


def options(choices: Iterable[Choice]) -> Drawn:
    """The answer to `block_suggestion`."""
    return {"options": elements.options(choices)}


def _frame(kind: str, title: str) -> Drawn:
    return {
        "type": kind,
        "title": plain_of(title, limits.VIEW_TITLE),
        "close": plain_of("Close", limits.VIEW_TITLE),
    }


def _said(text: str) -> Drawn:
    return {"type": "section", "text": {**text_of(""), **plain_of(text, limits.SECTION)}}


def _input(field: Field) -> Drawn:
    drawn: Drawn = {
        "type": "input",
        "block_id": cut(field.name, limits.ID, ""),
        "label": plain_of(field.label, limits.LABEL),
        "optional": not field.required or field.kind == "checkbox",
        "element": _element(field),
    }
    if field.hint:
        drawn["hint"] = plain_of(field.hint, limits.LABEL)
    return drawn


def _element(field: Field) -> Drawn:
    drawn = _DRAWERS.get(field.kind, _asked)(field)
    drawn["action_id"] = cut(f"{FIELD}:{field.kind}:{field.name}", limits.ID, "")
    if field.placeholder and drawn["type"] not in ("checkboxes", "datetimepicker"):
        drawn["placeholder"] = plain_of(field.placeholder, limits.PLACEHOLDER)
    return drawn


def _text(field: Field) -> Drawn:
    most = max(1, min(field.max_length, limits.INPUT))
    drawn: Drawn = {
        "type": "plain_text_input",
        "multiline": field.kind == "long_text",
        "max_length": most,
    }
    if isinstance(field.initial, str) and field.initial:
        drawn["initial_value"] = cut(field.initial, most)
    return drawn


def _choice(field: Field) -> Drawn:
    offered = elements.options(field.options) or [elements.option(Choice("-", "Nothing to choose"))]
    several = field.kind == "choices"
    drawn: Drawn = {
        "type": "multi_static_select" if several else "static_select",
        "options": offered,
    }
    return _with_initial(field, drawn, {one["value"]: one for one in offered})


def _asked(field: Field) -> Drawn:
    several = field.kind in SEVERAL
    drawn: Drawn = {
        "type": "multi_external_select" if several else "external_select",
        "min_query_length": 0,
    }
    known = {one.value: one for one in field.shown if 0 < len(one.value) <= limits.OPTION_VALUE}
    return _with_initial(
        field, drawn, {value: elements.option(one) for value, one in known.items()}
    )


def _with_initial(field: Field, drawn: Drawn, known: Mapping[str, Drawn]) -> Drawn:
    wanted = (field.initial,) if isinstance(field.initial, str) else field.initial
    chosen = [known[one] for one in wanted if one in known] if isinstance(wanted, tuple) else []
    if not chosen:
        return drawn
    if field.kind in SEVERAL:
        return {**drawn, "initial_options": chosen[: limits.OPTIONS]}
    return {**drawn, "initial_option": chosen[0]}


def _checkbox(field: Field) -> Drawn:
    yes = elements.option(Choice("yes", field.placeholder or field.label))
    drawn: Drawn = {"type": "checkboxes", "options": [yes]}
    return {**drawn, "initial_options": [yes]} if field.initial is True else drawn


def _time(field: Field) -> Drawn:
    drawn: Drawn = {"type": "datetimepicker"}
    try:
        at = datetime.fromisoformat(str(field.initial))
    except ValueError:
        return drawn
    stamp = int(at.timestamp()) if at.tzinfo else 0
    # Slack takes ten digits.
    return {**drawn, "initial_date_time": stamp} if 10**9 <= stamp < 10**10 else drawn


_DRAWERS: Mapping[str, Callable[[Field], Drawn]] = {
    "text": _text,
    "long_text": _text,
    "choice": _choice,
    "choices": _choice,
    "checkbox": _checkbox,
    "time": _time,
}
