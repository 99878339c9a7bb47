"""Incidents of AI systems that are publicly known to have come from a change, to rank suspects on.

Dates and changes as published by those concerned (docs and demo name the sources); what monitors
would have said is ours. `hours` is the time from the change to the onset.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incidents.suggesting import Clue, Facts, Known, suggest
from incidents.suspecting import Altered, Scene
from taxonomy.shipped import shipped

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = 30


@dataclass(frozen=True, slots=True)
class Replayed:
    name: str
    alerts: str
    kind: str
    hours: float
    summary: str
    version: str = ""
    distance: int = 0


CASES = (
    Replayed(
        "nonsense answers, February 2024",
        "Output quality collapse: answers are nonsense tokens on some GPU configurations",
        "infra", 6, "Optimised inference kernels for new GPU configurations", "kernels-118",
    ),
    Replayed(
        "flattering model, April 2025",
        "Sycophancy feedback rises: testers find the tone off, model gpt-4o-0425",
        "model", 48, "Update of the assistant with an extra reward from thumbs-up", "gpt-4o-0425",
    ),
    Replayed(
        "long-context routing, August 2025",
        "Quality of long context requests degraded on some servers, routing share 16 %",
        "infra", 48, "Load balancer change of request routing", "lb-2231",
    ),
    Replayed(
        "wrong-script tokens, August 2025",
        "Unexpected script in answers: tokens of other languages, numeric corruption suspected",
        "config", 30, "TPU runtime misconfiguration rolled out with the performance flag", "tpu-77",
    ),
    Replayed(
        "approximate top-k, August 2025",
        "Token selection drops the likeliest token, compiler numeric precision",
        "infra", 20, "Compiler with approximate top-k for token selection", "xla-508",
    ),
    Replayed(
        "wiper prompt shipped, July 2025",
        "Unreviewed change in the released extension: prompt tells the agent to wipe files, "
        "version 1.84.0",
        "code", 96, "Release of the extension with a merged pull request from outside", "1.84.0",
    ),
    Replayed(
        "environment deleted, December 2025",
        "Agent destructive action: environment deleted and recreated with an operator role",
        "config", 4, "Role of the agent widened to operator permission", "role-12",
    ),
    Replayed(
        "terraform destroy, February 2026",
        "Agent destructive action: database and its snapshots are gone after terraform destroy",
        "infra", 0.5, "Moved to a new machine without the terraform state file", "",
    ),
    Replayed(
        "effort lowered, March 2026",
        "Sessions of the coding assistant end early, evaluation of reasoning effort down",
        "config", 60, "Default reasoning effort from high to medium", "effort-medium",
    ),
    Replayed(
        "thinking cleared, March 2026",
        "Assistant forgets its thinking each turn, cache hit rate fell",
        "code", 30, "Clear older thinking from the cache after an idle hour", "cache-41",
    ),
    Replayed(
        "short answers, April 2026",
        "Evaluation 3 % down: answers shortened, prompt version p-2604 in all bad samples",
        "prompt", 40, "System prompt limits text between tool calls to 25 words", "p-2604",
    ),
    Replayed(
        "backdoored gateway, March 2026",
        "Outbound requests to a new domain from the model gateway, compromised artifact suspected",
        "code", 8, "Dependency update of the gateway package from the registry", "1.82.7", 1,
    ),
)  # fmt: skip

DECOYS = (
    ("code", "Refactor of the billing page"), ("code", "Add a health check to the worker"),
    ("code", "Upgrade of the web framework"), ("config", "Longer time-out for uploads"),
    ("config", "New log level in staging"), ("infra", "Node pool resized"),
    ("infra", "Certificates renewed"), ("dataset", "Weekly refresh of labels"),
    ("index", "Nightly rebuild of the index"), ("prompt", "Typo in the greeting"),
    ("guardrail", "Block list extended"), ("model", "Reranker retrained on last month"),
    ("provider", "Provider announces a maintenance"), ("infra", "Autoscaling limits raised"),
)  # fmt: skip


def scene_of(case: Replayed) -> Scene:
    """What the incident page knows: the alerts' words and what they look like."""
    known = [
        Known(cause["slug"], cause["name"], tuple(cause["detection_signals"]))
        for _, cause in shipped().causes()
    ]
    found = suggest(known, Facts(clues=(Clue(case.alerts, "The alert"),)))
    pointed = {one.slug: one.name for one in found if one.score >= 3.0}
    return Scene(began=BEGAN, text=case.alerts, pointed=pointed)


def mixed(case: Replayed, *, seed: int, unrelated: int = 50) -> list[Altered]:
    """The change that it was, key "it", among unrelated ones of the month before."""
    draw = random.Random(seed)
    rows = [
        Altered(
            key="it", system="The system" if not case.distance else "Gateway",
            distance=case.distance, kind=case.kind, version=case.version, summary=case.summary,
            occurred_at=BEGAN - timedelta(hours=case.hours),
        )
    ]  # fmt: skip
    for number in range(unrelated):
        kind, summary = draw.choice(DECOYS)
        distance = draw.choice((0, 0, 1, 1, 2, 3))
        rows.append(
            Altered(
                key=str(number), system=f"System {distance}", distance=distance, kind=kind,
                version=f"v{draw.randint(10, 99)}.{number}", summary=summary,
                occurred_at=BEGAN - timedelta(hours=draw.uniform(0, DAYS * 24)),
            )
        )  # fmt: skip
    draw.shuffle(rows)
    return rows


def place_of(ranked: Sequence[object]) -> int:
    """Where the change that it was stands, from 1."""
    return [getattr(one, "key", "") for one in ranked].index("it") + 1
