"""`manage.py doctor`: a line for each check, with the mend; exit 1 when something fails."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from aire_web.doctor.findings import Level
from aire_web.doctor.run import examine


class Command(BaseCommand):
    help = "Checks settings, database, broker, processes, mail, Slack and who would be paged."
    # What the checks of Django would stop at is what this command is asked about.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for finding in examine():
            failed += finding.level is Level.FAILING
            self.stdout.write(f"{finding.level:<8} {finding.subject}: {finding.sentence}")
            if finding.mend:
                self.stdout.write(f"{'':<8} → {finding.mend}")
        if failed:
            self.stdout.write(f"\n{failed} failing.")
            sys.exit(1)
