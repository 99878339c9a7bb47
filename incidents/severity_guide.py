"""Suggests a severity from four questions that matter for AI systems, with its reasons. Pure.

Harm says where to begin; reach, reversibility and autonomy move it by one each. It suggests, a
person decides.
"""

from __future__ import annotations

from dataclasses import dataclass

HARM = {
    "none": (4, "Nobody was harmed, and nobody could be"),
    "quality": (3, "Answers are worse, and people can tell"),
    "confident": (2, "Wrong answers look right, or cost money"),
    "rights": (2, "People are treated unfairly, or their data leaked"),
    "safety": (1, "Somebody could be hurt, in body or mind"),
}
REACH = {
    "nobody": (1, "It has not reached people"),
    "few": (0, "Some people"),
    "many": (-1, "Many people, or a whole group"),
}
REVERSIBILITY = {
    "undone": (0, "It can be undone"),
    "effort": (0, "It can be undone with effort"),
    "never": (-1, "It cannot be undone"),
}
AUTONOMY = {
    "advises": (0, "A person decides each time"),
    "watched": (0, "It acts, and a person can stop it"),
    "alone": (-1, "It acts alone"),
}
AXES = {
    "harm": ("What harm does it do?", HARM),
    "reach": ("Whom does it reach?", REACH),
    "reversibility": ("Can it be undone?", REVERSIBILITY),
    "autonomy": ("Who acts?", AUTONOMY),
}


@dataclass(frozen=True, slots=True)
class Suggested:
    severity: str
    reasons: tuple[str, ...]


def suggest(*, harm: str, reach: str, reversibility: str, autonomy: str) -> Suggested:
    """Raises `KeyError` for an answer that is not among the choices."""
    level, said = HARM[harm]
    reasons = [f"{said}: begins at SEV{level}."]
    if harm == "none":
        return Suggested("sev4", tuple(reasons))
    for table, answer in ((REACH, reach), (REVERSIBILITY, reversibility), (AUTONOMY, autonomy)):
        step, words = table[answer]
        # What may hurt somebody stays severe before it has reached anybody.
        step = 0 if step > 0 and harm == "safety" else step
        # How an assistant acts matters where it does harm, not where it is merely worse.
        step = 0 if table is AUTONOMY and harm == "quality" else step
        moved = min(4, max(1, level + step))
        if moved < level:
            reasons.append(f"{words}: one more severe.")
        elif moved > level:
            reasons.append(f"{words}: one less severe.")
        elif step < 0:
            reasons.append(f"{words}: it is as severe as can be already.")
        else:
            reasons.append(f"{words}: changes nothing.")
        level = moved
    return Suggested(f"sev{level}", tuple(reasons))
