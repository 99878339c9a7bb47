"""Slack cards keep every limit and let nothing hostile through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.blocks import payload
from notifications.message import Action, Message
from tests.fakes.slack.limits import wrong_message

MESSAGE = Message(kind="page", headline="SEV1 · INC-1", title="It burns")
text = st.text(max_size=6_000)
nasty = st.sampled_from(["<!channel>", "<@U1|a>", "&" * 3_000, "<" * 9_000, "@here", "\n" * 200])
any_text = text | nasty


@given(
    headline=any_text, title=any_text, body=any_text, why=any_text, url=any_text,
    facts=st.lists(st.tuples(any_text, any_text), max_size=30),
    labels=st.lists(any_text, max_size=9),
)  # fmt: skip
def test_whatever_is_in_a_message_its_card_keeps_slacks_limits(
    headline: str, title: str, body: str, why: str, url: str,
    facts: list[tuple[str, str]], labels: list[str],
) -> None:  # fmt: skip
    actions = [{"name": f"a{n}", "label": label or "-", "ref": label}
               for n, label in enumerate(labels)]  # fmt: skip
    message = Message.from_json(
        {"kind": "page", "headline": headline, "title": title or "-", "body": body, "why": why,
         "url": url, "facts": facts, "actions": actions}
    )  # fmt: skip
    card = payload(message, may_repeat=True)
    assert wrong_message(card) == ""
    assert not any("<" in found for found in marked_up(card["blocks"]))


def marked_up(blocks: list[dict[str, Any]]) -> list[str]:
    """The texts in which Slack reads mentions and links."""
    sections = [block for block in blocks if block["type"] == "section"]
    contexts = [block for block in blocks if block["type"] == "context"]
    return [
        item["text"]
        for block in [*sections, *contexts]
        for item in [*block.get("fields", []), *block.get("elements", []), block.get("text")]
        if item is not None
    ]


def test_nobody_is_mentioned_by_hostile_text() -> None:
    card = payload(replace(MESSAGE, title="<!channel> <@U123> @here", body="<https://evil|bank>"))
    shown = str(card)
    assert "<!" not in shown
    assert "<@" not in shown
    assert "<http" not in shown
    assert "@here" not in shown
    assert card["unfurl_links"] is False


def test_buttons_carry_what_they_act_on_and_one_opens_aire() -> None:
    action = Action("incident.acknowledge", "Acknowledge", "INC-1")
    card = payload(replace(MESSAGE, actions=(action,), url="https://aire.example/incidents/INC-1/"))
    (row,) = [block for block in card["blocks"] if block["type"] == "actions"]
    assert [(b["action_id"], b.get("value")) for b in row["elements"]] == [
        ("incident.acknowledge", "INC-1"),
        ("open", None),
    ]


def test_an_address_of_another_scheme_is_no_button() -> None:
    card = payload(replace(MESSAGE, url="javascript:alert(1)"))
    assert all(block["type"] != "actions" for block in card["blocks"])


def test_a_drill_and_a_repeat_are_marked_in_push_and_card() -> None:
    card = payload(replace(MESSAGE, drill=True), may_repeat=True)
    assert card["text"].startswith("[drill] [possible repeat] SEV1")
    assert card["blocks"][0]["text"]["text"].startswith("[drill] [possible repeat]")
