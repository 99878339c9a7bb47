"""Senders' words for severity and what they mean here. One table for every format."""

from __future__ import annotations

from alerts.signals import Severity

_TABLE: dict[Severity, tuple[str, ...]] = {
    Severity.SEV1: (
        "sev1", "sev-1", "sev 1", "s1", "p0", "p1", "critical", "crit", "page", "emergency",
        "emerg", "fatal", "disaster", "urgent", "blocker",
    ),
    Severity.SEV2: ("sev2", "sev-2", "sev 2", "s2", "p2", "error", "err", "major", "high"),
    Severity.SEV3: (
        "sev3", "sev-3", "sev 3", "s3", "p3", "warning", "warn", "minor", "medium", "moderate",
        "average", "ticket",
    ),
    Severity.SEV4: (
        "sev4", "sev-4", "sev 4", "sev5", "s4", "p4", "p5", "info", "informational",
        "information", "notice", "low", "lowest", "trivial", "debug", "none", "ok",
    ),
}  # fmt: skip

SEVERITY_WORDS: dict[str, Severity] = {
    word: severity for severity, words in _TABLE.items() for word in words
}


def severity_of(word: str) -> Severity | None:
    """The severity a sender's word stands for, whatever its case; None when it is unknown."""
    return SEVERITY_WORDS.get(word.strip().lower())
