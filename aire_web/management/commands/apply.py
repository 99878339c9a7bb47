"""`manage.py apply`: config as code. Prints the plan; the work is in `aire_web.config`."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aire_web.config.applying import Outcome, apply_files
from aire_web.config.files import find_files
from core.actor import Via, program
from core.errors import Unavailable


class Command(BaseCommand):
    help = "Applies YAML files or folders in one transaction, or prints why not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, or - for input")
        parser.add_argument("--dry-run", action="store_true", help="only print the plan")
        parser.add_argument(
            "--prune", action="store_true", help="take away what the files no longer name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files, refusals = find_files(options["paths"])
        for refusal in refusals:
            self.stderr.write(str(refusal))
        if refusals:
            raise CommandError("Refused: nothing was changed.")
        try:
            outcome = apply_files(
                files,
                env=os.environ,
                actor=program("manage.py apply", Via.APPLY),
                prune=options["prune"],
                dry_run=options["dry_run"],
            )
        except Unavailable as error:
            raise CommandError(error.message) from error
        self._print(outcome, dry_run=options["dry_run"])

    def _print(self, outcome: Outcome, *, dry_run: bool) -> None:
        for step in [*outcome.plan.saves, *outcome.plan.removals]:
            self.stdout.write(str(step))
        for warning in outcome.warnings:
            self.stdout.write(f"{'warning':<10} {warning}")
        for refusal in outcome.refusals:
            self.stdout.write(f"{'refused':<10} {refusal}")
        if outcome.refusals:
            raise CommandError("Refused: nothing was changed.")
        self.stdout.write(_summary(outcome, dry_run=dry_run))
        for given in outcome.keys:
            self.stdout.write(
                f"\nThe key of {given.kind} {given.name}, shown only this once:\n  {given.key}"
            )


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    counts: dict[str, int] = {}
    for step in [*outcome.plan.saves, *outcome.plan.removals]:
        counts[step.verb] = counts.get(step.verb, 0) + 1
    told = ", ".join(f"{count} {verb}" for verb, count in counts.items()) or "no documents"
    return f"{'Dry run, nothing was changed' if dry_run else 'Applied'}: {told}."
