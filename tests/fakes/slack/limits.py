"""The documented sizes of messages and views: https://docs.slack.dev/reference/block-kit."""

from __future__ import annotations

import json
from typing import Any

Block = dict[str, Any]

_BUTTON = (("text", 75), ("value", 2_000), ("url", 3_000), ("action_id", 255))
_SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
_INPUTS = _SELECTS | {
    "plain_text_input",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "email_text_input",
    "url_text_input",
    "number_input",
}


def wrong_message(arguments: dict[str, Any]) -> str:
    """The error for a message that breaks a limit; "" when it keeps them."""
    text, blocks = str(arguments.get("text") or ""), list(arguments.get("blocks") or [])
    attachments = arguments.get("attachments") or []
    if not text and not blocks and not attachments:
        return "no_text"
    if len(text) > 40_000:
        return "msg_too_long"
    if len(attachments) > 100:
        return "too_many_attachments"
    for attachment in attachments:
        blocks += attachment.get("blocks") or []
    if len(blocks) > 50 or not right_blocks(blocks, where="message"):
        return "invalid_blocks"
    return "msg_blocks_too_long" if len(json.dumps(blocks, ensure_ascii=False)) > 16_000 else ""


def wrong_view(view: object) -> str:
    """What is wrong with a modal or home tab; "" when nothing is."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return "unsupported type"
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or len(blocks) > 100:
        return "blocks"
    if len(json.dumps(view)) > 250_000:
        return "view_too_large"
    if len(str(view.get("private_metadata") or "")) > 3_000:
        return "private_metadata"
    if max(len(str(view.get(name) or "")) for name in ("callback_id", "external_id")) > 255:
        return "callback_id"
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            text = (view.get(name) or {}).get("text", "")
            if len(text) > 24 or (name == "title" and not text):
                return name
        if "submit" not in view and any(block.get("type") == "input" for block in blocks):
            return "submit is required when an input block is present"
    return "" if right_blocks(blocks, where=str(view["type"])) else "invalid blocks"


def right_blocks(blocks: list[Block], *, where: str) -> bool:
    named = [block["block_id"] for block in blocks if block.get("block_id")]
    return len(named) == len(set(named)) and all(_right_block(block, where) for block in blocks)


def _right_block(block: Block, where: str) -> bool:
    if len(str(block.get("block_id") or "")) > 255:
        return False
    match block.get("type"):
        case "header":
            return 0 < len(block["text"]["text"]) <= 150
        case "section":
            return _right_section(block)
        case "context":
            texts = [e["text"] for e in block["elements"] if e["type"] != "image"]
            return 0 < len(block["elements"]) <= 10 and all(0 < len(t) <= 3_000 for t in texts)
        case "actions":
            ids = [element["action_id"] for element in block["elements"]]
            return (
                0 < len(ids) <= 25
                and len(set(ids)) == len(ids)
                and all(map(_right_element, block["elements"]))
            )
        case "input":
            return where != "message" and _right_input(block)
        case "image":
            return 0 < len(block["image_url"]) <= 3_000 and 0 < len(block["alt_text"]) <= 2_000
        case kind:
            return kind == "divider"


def _right_section(block: Block) -> bool:
    texts = [block["text"]["text"]] if "text" in block else []
    fields = [item["text"] for item in block.get("fields", [])]
    return (
        bool(texts or fields)
        and all(0 < len(text) <= 3_000 for text in texts)
        and len(fields) <= 10
        and all(0 < len(text) <= 2_000 for text in fields)
        and ("accessory" not in block or _right_element(block["accessory"]))
    )


def _right_input(block: Block) -> bool:
    element = block["element"]
    hint = (block.get("hint") or {}).get("text", "")
    return (
        0 < len(block["label"]["text"]) <= 2_000
        and len(hint) <= 2_000
        and element["type"] in _INPUTS
        and _right_element(element)
    )


def _right_element(element: Block) -> bool:
    if len(str(element.get("action_id", ""))) > 255 or not _right_confirm(element.get("confirm")):
        return False
    if len((element.get("placeholder") or {}).get("text", "")) > 150:
        return False
    kind = element["type"]
    if kind == "button":
        flat = {**element, "text": element["text"]["text"]}
        return len(flat["text"]) > 0 and all(
            len(str(flat.get(name, ""))) <= limit for name, limit in _BUTTON
        )
    if kind == "plain_text_input":
        initial = str(element.get("initial_value") or "")
        return len(initial) <= int(element.get("max_length") or 3_000) <= 3_000
    if kind == "overflow":
        return 2 <= len(element["options"]) <= 5 and all(map(_right_option, element["options"]))
    if kind in ("static_select", "multi_static_select", "checkboxes", "radio_buttons"):
        return _right_options(element)
    return kind in _INPUTS


def _right_options(element: Block) -> bool:
    most = 100 if "select" in element["type"] else 10
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    started = element.get("initial_options") or []
    started = [*started, element["initial_option"]] if element.get("initial_option") else started
    values = [option["value"] for option in options]
    return (
        0 < len(options) <= most
        and len(set(values)) == len(values)
        and all(map(_right_option, options))
        and all(option in options for option in started)
    )


def _right_option(option: Block) -> bool:
    return (
        0 < len(option["text"]["text"]) <= 75
        and 0 < len(option["value"]) <= 150
        and len((option.get("description") or {}).get("text", "")) <= 75
    )


def _right_confirm(confirm: Block | None) -> bool:
    if not confirm:
        return True
    sizes = (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30))
    return all(0 < len(confirm[name]["text"]) <= limit for name, limit in sizes)
