"""A form that was sent, drawn again with what was filled in and what is wrong with it. Pure.

Only for errors that were found too late for the acknowledgement; in time, Slack does this itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.slack.render.words import escaped

Block = dict[str, Any]
KEPT = ("type", "title", "submit", "close", "callback_id", "private_metadata", "external_id")
_INITIAL: Mapping[str, str] = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date_time": "initial_date_time",
}
MAX_BLOCKS = 100


def refilled(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    """`view` as a `view_submission` carries it; `errors` by block id."""
    held = view.get("state")
    values = held.get("values") if isinstance(held, dict) else {}
    blocks: list[Block] = []
    for block in list(view.get("blocks") or [])[: MAX_BLOCKS - len(errors)]:
        sentence = errors.get(str(block.get("block_id")))
        if sentence:
            blocks.append(_said(sentence))
        blocks.append(_filled(block, values if isinstance(values, dict) else {}))
    named = {str(block.get("block_id")) for block in blocks}
    blocks = [*(_said(text) for name, text in errors.items() if name not in named), *blocks]
    kept = {name: view[name] for name in KEPT if view.get(name)}
    return {**kept, "blocks": blocks}


def _filled(block: Block, values: Mapping[str, Any]) -> Block:
    state = values.get(str(block.get("block_id")))
    if block.get("type") != "input" or not isinstance(state, dict):
        return block
    element = dict(block["element"])
    filled = state.get(str(element.get("action_id")))
    for name, initial in _INITIAL.items():
        element.pop(initial, None)
        if isinstance(filled, dict) and filled.get(name):
            element[initial] = filled[name]
    return {**block, "element": element}


def _said(sentence: str) -> Block:
    text = {"type": "mrkdwn", "text": f":warning: {escaped(sentence, 1_000)}", "verbatim": True}
    return {"type": "section", "text": text}
