"""Break the glass: let somebody into a private incident from the server, with an audit line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.actor import program
from incidents import services
from incidents.models import Incident
from incidents.selectors import parse_ref


class Command(BaseCommand):
    help = (
        "Let somebody into a private incident that nobody could show them. "
        "It is written on the incident's timeline and in the audit trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ref", help="INC-42")
        parser.add_argument("--add", required=True, metavar="EMAIL", help="who is let in")

    def handle(self, *args: Any, **options: Any) -> None:
        pk = parse_ref(options["ref"])
        if pk is None or not Incident.objects.filter(pk=pk).exists():
            raise CommandError(f"There is no incident {options['ref']}.")
        user = User.objects.filter(email__iexact=options["add"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active has the address {options['add']}.")
        actor = program("Somebody at the server (incident_access)")
        services.grant_access(incident_id=pk, user=user, actor=actor)
        self.stdout.write(f"{user.email} is one of the people of INC-{pk} now. It is on record.")
