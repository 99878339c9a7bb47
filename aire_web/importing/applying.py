"""From what a converter made to what is written: the plan, and its application in one transaction.

The documents go through `apply`, so that everything it checks is checked. What it refuses is left
out with its reason, and whatever names that as well, until the rest stands by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from aire_web.config.applying import GivenKey, Outcome, apply_files
from aire_web.config.files import File
from aire_web.config.plan import Step
from aire_web.importing.converted import Converted, LeftOut
from aire_web.importing.history import HistoryLine, record_past
from aire_web.importing.people_rules import RuleLine, plan_rules, save_planned
from aire_web.importing.systems import merged_systems
from alerts.formats import formats
from alerts.models import Source
from core.actor import Actor

MAX_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Imported:
    """`steps` say create, update or unchanged; `rules` likewise for how people are reached;
    `history` what was changed over there before."""

    steps: Sequence[Step]
    rules: Sequence[RuleLine]
    left_out: Sequence[LeftOut]
    history: Sequence[HistoryLine] = field(default=())
    keys: Sequence[GivenKey] = field(default=())
    applied: bool = False

    @property
    def changes(self) -> int:
        planned = [step.verb for step in self.steps] + [rule.verb for rule in self.rules]
        return sum(verb != "unchanged" for verb in planned) + sum(
            line.count for line in self.history
        )


def import_converted(made: Converted, *, actor: Actor, dry_run: bool) -> Imported:
    """Plan, and unless it is a dry run write all of it or nothing."""
    left_out = list(made.left_out)
    documents = _settled(made, left_out)
    with transaction.atomic():
        outcome = _applied(documents, made, left_out, actor)
        lines = plan_rules(made.rules, left_out)
        save_planned(lines, actor=actor)
        history = record_past(made.past, actor=actor)
        if dry_run:
            transaction.set_rollback(True)
    return Imported(
        outcome.plan.saves,
        lines,
        sorted(set(left_out)),
        history,
        [] if dry_run else outcome.keys,
        applied=not dry_run,
    )


def _settled(made: Converted, left_out: list[LeftOut]) -> list[dict[str, Any]]:
    """Whoever is here already stays as they are; teams keep the members that they have."""
    present = {email.lower() for email in User.objects.values_list("email", flat=True)}
    teams = {team.slug: team for team in Team.objects.prefetch_related("members")}
    sources = set(Source.objects.values_list("slug", flat=True))
    kept = []
    for document in made.documents:
        kind, spec = document["kind"], document["spec"]
        name = document["metadata"]["name"]
        if kind == "User" and spec["email"] in present:
            continue
        if kind == "Source" and spec["format"] not in formats:
            reason = f"This AIRE has no source for the format {spec['format']}."
            left_out.append(LeftOut("source", name, reason))
            continue
        if kind == "Source" and name in sources and "key" in spec:
            # Its key may have been rotated since; importing again must not bring it back.
            document = {**document, "spec": {k: v for k, v in spec.items() if k != "key"}}
        if kind == "Team" and name in teams:
            own = {user.email.lower() for user in teams[name].members.all()}
            members = sorted({*spec["members"], *own})
            document = {**document, "spec": {**spec, "members": members}}
        kept.append(document)
    return merged_systems(kept)


def _applied(
    documents: list[dict[str, Any]], made: Converted, left_out: list[LeftOut], actor: Actor
) -> Outcome:
    """Apply; while something is refused leave it out and try again. Each document is a file of
    its own, so that a refusal says whose it is."""
    for _ in range(MAX_ROUNDS):
        files = [_file(number, document) for number, document in enumerate(documents)]
        outcome = apply_files(files, env=made.secrets, actor=actor, remember=False)
        if not outcome.refusals:
            return outcome
        refused: dict[int, str] = {}
        for refusal in outcome.refusals:
            refused.setdefault(int(refusal.file.partition(".")[0]), refusal.sentence)
        left_out += [
            LeftOut(documents[n]["kind"].lower(), documents[n]["metadata"]["name"], said)
            for n, said in refused.items()
        ]
        documents = [document for n, document in enumerate(documents) if n not in refused]
    return apply_files([], env={}, actor=actor, remember=False)


def _file(number: int, document: dict[str, Any]) -> File:
    """JSON is YAML, and has no surprises."""
    return File(f"{number}.json", json.dumps(document).encode())


def shown_left_out(items: Iterable[LeftOut]) -> list[str]:
    return [f"{item.what} {item.name}: {item.reason}" for item in items]
