"""An Evidently report as evidence on an incident: its numbers and how its tests ended."""

from __future__ import annotations

from typing import Any

from incidents.evidence.reading import Block
from integrations.evidently.report import numbers, tests


class EvidentlyReport:
    name = "evidently"
    title = "Evidently report"

    def fits(self, document: Any) -> bool:
        return isinstance(document, dict) and any(
            isinstance(document.get(name), list) for name in ("metrics", "tests")
        )

    def read(self, document: Any) -> list[Block]:
        measured = [
            (" ".join((one.signal.removeprefix("evidently."), *one.attributes.values())), one.value,
             "" if one.ok is None else "passed" if one.ok else "failed")
            for one in numbers(document)
        ]  # fmt: skip
        checked = [
            (
                one.name,
                "passed" if one.ok else "did not run" if one.ok is None else "failed",
                one.text,
            )
            for one in tests(document)
        ]
        return [
            Block("Numbers", ("What", "Value", "Verdict"), measured),
            Block("Tests", ("Test", "How it ended", "Why"), checked),
        ]


READER = EvidentlyReport()
