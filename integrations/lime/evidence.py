"""Reads a LIME explanation: the list of `Explanation.as_list()`, alone or by label. No database."""

from __future__ import annotations

from typing import Any

from incidents.evidence.reading import Block, line, number


class Lime:
    name = "lime"
    title = "LIME explanation"

    def fits(self, document: Any) -> bool:
        return _is_list(document) or (
            isinstance(document, dict)
            and any(_is_list(value) for name, value in document.items() if name != "messages")
        )

    def read(self, document: Any) -> list[Block]:
        if isinstance(document, list):
            return [_block("What moved this answer", document, "")]
        facts = [
            f"{words} {value:.3g}."
            for name, words in (("score", "R² of the local model"), ("intercept", "Intercept"),
                                ("local_pred", "Local prediction"))
            if (value := number(document.get(name))) is not None
        ]  # fmt: skip
        return [
            _block(_title(name), value, " ".join(facts))
            for name, value in document.items()
            if _is_list(value)
        ]


def _title(name: str) -> str:
    alone = name in ("as_list", "list", "explanation")
    return "What moved this answer" if alone else f"What moved it towards {line(name)}"


def _block(title: str, pairs: list[Any], note: str) -> Block:
    rows = [(line(pair[0]), number(pair[1])) for pair in pairs]
    ordered = sorted(rows, key=lambda row: -abs(row[1] or 0.0))
    return Block(title, ("Condition", "Weight"), ordered, note)


def _is_list(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
            and number(pair[1]) is not None
            for pair in value
        )
    )  # fmt: skip


READER = Lime()
