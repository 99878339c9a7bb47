"""Who is asked to review: owners of the affected systems by discipline, severity and class. Pure.

Whoever writes a document does not review it, and nobody is asked who has left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

ALWAYS = ("engineering",)
BY_SEVERITY = {
    "sev1": ("data-science", "operations", "product"),
    "sev2": ("data-science", "operations"),
}
BY_CLASS = {
    "data": ("data-science",),
    "drift": ("data-science", "product"),
    "training": ("data-science",),
    "evaluation": ("data-science",),
    "prompt": ("product",),
    "retrieval": ("data-science",),
    "generation": ("data-science", "product"),
    "agent": ("product", "responsible-ai"),
    "responsible": ("responsible-ai", "product"),
    "security": ("responsible-ai", "operations"),
    "privacy": ("responsible-ai", "product"),
    "serving": ("operations",),
    "dependency": ("operations",),
    "oversight": ("product", "responsible-ai"),
}


@dataclass(frozen=True, slots=True)
class Owned:
    """Somebody answers for one side of a system."""

    user_id: int
    discipline: str
    system: str


def disciplines(severity: str, classes: Collection[str]) -> dict[str, str]:
    """Which disciplines are asked, each with the first rule that asks for it, in words."""
    asked: dict[str, str] = {}
    rules = [
        (ALWAYS, "every postmortem"),
        (BY_SEVERITY.get(severity, ()), severity.upper()),
        *((BY_CLASS.get(name, ()), f"class {name}") for name in classes),
    ]
    for names, why in rules:
        for name in names:
            asked.setdefault(name, why)
    return asked


def reviewers(
    owned: Iterable[Owned], *, severity: str, classes: Collection[str], without: Collection[int]
) -> dict[int, str]:
    """User ids with the sentence that says why they are asked, each once."""
    asked = disciplines(severity, classes)
    found: dict[int, str] = {}
    for one in owned:
        if one.discipline in asked and one.user_id not in without:
            word = one.discipline.replace("-", " ")
            why = f"Owner for {word} of {one.system} ({asked[one.discipline]})."
            found.setdefault(one.user_id, why)
    return found
