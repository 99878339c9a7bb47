"""What a person reports of an answer: the fact that the format `report` reads beside its alert."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reported:
    """`system` is a slug, "" for the source's own; `alerted` whether the report is an alert by
    itself. Texts are as they came."""

    text: str
    system: str = ""
    answer: str = ""
    prompt: str = ""
    version: str = ""
    trace_id: str = ""
    contact: str = ""
    severity: str = "sev3"
    alerted: bool = True
