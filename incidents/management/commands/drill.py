"""`manage.py drill NAME`: play a simulated AI failure, and see how it is met."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import System
from core.actor import program
from core.errors import AireError
from incidents.drills import selectors, services
from incidents.drills.models import Drill
from incidents.drills.scenario import Scenario, scenarios

LOOK_SECONDS = 1.0


class Command(BaseCommand):
    help = (
        "Sends a simulated AI failure through the real pipeline, marked as a drill everywhere. "
        f"NAME is one of: {', '.join(scenarios())}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", choices=list(scenarios()))
        parser.add_argument(
            "--system", metavar="SLUG", help="by default the most critical one it can happen to"
        )
        parser.add_argument(
            "--wait", type=int, default=0, metavar="SECONDS",
            help="stay until the incident is resolved or the time is over, then print the score",
        )  # fmt: skip
        parser.add_argument(
            "--end", action="store_true", help="end the drill that runs on the system instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        scenario = scenarios()[options["name"]]
        system = self._system(scenario, options["system"])
        try:
            drill = self._end(system) if options["end"] else self._start(scenario, system)
        except AireError as error:
            raise CommandError(error.message) from error
        if options["wait"]:
            self._watch(drill, options["wait"])

    def _system(self, scenario: Scenario, slug: str | None) -> System:
        systems = System.objects.exclude(stage=System.Stage.RETIRED)
        if slug is not None:
            found = systems.filter(slug=slug).first()
            if found is None:
                raise CommandError(f"There is no system {slug}.")
            return found
        found = systems.filter(kind__in=scenario.kinds).order_by("tier", "name").first()
        if found is None:
            raise CommandError(
                f"No system of a kind that this happens to ({', '.join(scenario.kinds)}). "
                "Name one with --system."
            )
        return found

    def _start(self, scenario: Scenario, system: System) -> Drill:
        drill = services.start_drill(
            name=scenario.name, system=system, actor=program("manage.py drill")
        )
        self.stdout.write(f"Drill {drill.pk} on {system.name}: {scenario.title}.")
        self.stdout.write(f"See /incidents/drills/{drill.pk}/. It ends by itself in 2 h.")
        return drill

    def _end(self, system: System) -> Drill:
        drill = Drill.objects.filter(system=system, ended_at=None).first()
        if drill is None:
            raise CommandError(f"No drill runs on {system.name}.")
        services.end_drill(drill_id=drill.pk, actor=program("manage.py drill"))
        self.stdout.write(f"Drill {drill.pk} on {system.name} is over.")
        return drill

    def _watch(self, drill: Drill, seconds: int) -> None:
        end = time.monotonic() + seconds
        told = ""
        while True:
            incident = selectors.incident_of(drill)
            state = f"{incident.ref}: {incident.get_status_display()}" if incident else ""
            if state and state != told:
                self.stdout.write(state)
                told = state
            drill.refresh_from_db()
            over = drill.ended_at is not None or (incident is not None and incident.resolved_at)
            if over or time.monotonic() >= end:
                break
            time.sleep(LOOK_SECONDS)
        self._score(drill)

    def _score(self, drill: Drill) -> None:
        for line in selectors.score_of(drill, selectors.incident_of(drill)):
            self.stdout.write(f"{line.mark:<8} {line.label}: {line.said}")
