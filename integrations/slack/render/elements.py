"""What can be pressed or chosen: buttons, menus, pickers. Pure.

Slack wants every `action_id` of a block to be different: the second button of one action is
`run#1`. An option of a menu carries its action in its value. `reading` undoes both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chatops.surface import Button, Choice, Confirm, Picker
from integrations.slack.render import limits
from integrations.slack.render.words import Look, address, cut, plain, plain_of

Element = dict[str, Any]
OPEN = "open"
MORE = "more"
PICK = "pick"


def actions(
    buttons: Sequence[Button], more: Sequence[Button], look: Look, *, limit: int = limits.ACTIONS
) -> list[Element]:
    """Buttons, then menus. What no menu can carry (a long value, a question before it) stands
    beside the buttons."""
    shown = [*buttons, *(one for one in more if not fits_menu(one, look))]
    rest = [one for one in more if fits_menu(one, look)]
    if len(rest) == 1:
        shown, rest = [*shown, *rest], []
    menus = _menus(rest, look)
    drawn = [button(one, look) for one in shown]
    kept = [one for one in drawn if one is not None][: limit - len(menus)]
    return unique([*kept, *menus])


def unique(elements: Iterable[Element]) -> list[Element]:
    seen: dict[str, int] = {}
    out = []
    for element in elements:
        name = element["action_id"]
        count = seen.get(name, 0)
        seen[name] = count + 1
        out.append({**element, "action_id": f"{name}#{count}" if count else name})
    return out


def button(one: Button, look: Look) -> Element | None:
    """None for a link that leads nowhere allowed."""
    drawn: Element = {
        "type": "button",
        "text": plain_of(one.label, limits.BUTTON),
        "action_id": cut(one.action or OPEN, limits.ID - 5, ""),
    }
    if one.url:
        href = address(one.url, look)
        if href is None or len(href) > limits.URL:
            return None
        drawn["url"] = href
    if one.value:
        drawn["value"] = cut(one.value, limits.VALUE, "")
    if one.style:
        drawn["style"] = one.style
    if one.confirm:
        drawn["confirm"] = confirm(one.confirm)
    return drawn


def confirm(asked: Confirm) -> Element:
    return {
        "title": plain_of(asked.title, limits.CONFIRM_TITLE),
        "text": plain_of(asked.text, limits.CONFIRM_TEXT),
        "confirm": plain_of(asked.yes, limits.CONFIRM_BUTTON),
        "deny": plain_of(asked.no, limits.CONFIRM_BUTTON),
    }


def fits_menu(one: Button, look: Look) -> bool:
    if one.confirm is not None or (one.url and address(one.url, look) is None):
        return False
    return len(menu_value(one)) <= limits.OPTION_VALUE


def menu_value(one: Button) -> str:
    return f"{one.action or OPEN} {one.value}".rstrip()


def _menus(buttons: Sequence[Button], look: Look) -> list[Element]:
    """Slack takes two to five options a menu."""
    size = limits.OVERFLOW
    groups = [list(buttons[start : start + size]) for start in range(0, len(buttons), size)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-1].insert(0, groups[-2].pop())
    return [
        {
            "type": "overflow",
            "action_id": MORE,
            "options": [_menu_option(one, look) for one in group],
        }
        for group in groups
    ]


def _menu_option(one: Button, look: Look) -> Element:
    drawn: Element = {"text": plain_of(one.label, limits.OPTION), "value": menu_value(one)}
    if one.url and (href := address(one.url, look)):
        drawn["url"] = href
    return drawn


def picker(one: Picker) -> Element | None:
    """A menu of its own options, or one whose choices Slack asks for while somebody types."""
    label = plain_of(one.label, limits.PLACEHOLDER)
    if one.kind != "options":
        return {
            "type": "external_select",
            "action_id": cut(f"{PICK}:{one.kind}:{one.action}", limits.ID - 5, ""),
            "placeholder": label,
            "min_query_length": 0,
        }
    offered = options(one.options)
    if not offered:
        return None
    return {
        "type": "static_select",
        "action_id": cut(f"{PICK}:options:{one.action}", limits.ID - 5, ""),
        "placeholder": label,
        "options": offered,
    }


def options(choices: Iterable[Choice]) -> list[Element]:
    """What Slack can show of choices; one whose value is too long for Slack cannot be offered."""
    usable = {one.value: one for one in choices if 0 < len(one.value) <= limits.OPTION_VALUE}
    return [option(one) for one in list(usable.values())[: limits.OPTIONS]]


def option(choice: Choice) -> Element:
    label = plain(choice.label, limits.OPTION, otherwise=plain(choice.value, limits.OPTION))
    text = {"type": "plain_text", "text": label, "emoji": False}
    return {"text": text, "value": choice.value}
