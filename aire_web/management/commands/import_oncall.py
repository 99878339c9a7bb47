"""`manage.py import_oncall pagerduty PATH` or `--api`: move over from another on-call tool."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aire_web.importing.applying import Imported, import_converted
from aire_web.importing.bundle import read_path
from aire_web.importing.products import PRODUCTS
from core.actor import Actor, Via
from core.errors import AireError


class Command(BaseCommand):
    help = (
        "Reads users, teams, schedules, overrides, escalation policies, notification rules and "
        "sources of another on-call tool, prints what they become and what cannot be carried, "
        "and with --apply writes it in one transaction. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("product", choices=list(PRODUCTS))
        parser.add_argument("path", nargs="?", help="a JSON file, a zip or a folder of them")
        parser.add_argument("--api", action="store_true", help="read through its REST API")
        parser.add_argument("--address", default="", help="of its API, where it is not the usual")
        parser.add_argument(
            "--token-env",
            default="AIRE_IMPORT_TOKEN",
            metavar="NAME",
            help="the environment variable that holds the token (default: %(default)s)",
        )
        parser.add_argument("--apply", action="store_true", help="write it; without, only the plan")

    def handle(self, *args: Any, **options: Any) -> None:
        product = PRODUCTS[options["product"]]
        if options["api"] == bool(options["path"]):
            raise CommandError("Give a path or --api.")
        try:
            if options["api"]:
                token = os.environ.get(options["token_env"], "")
                if not token:
                    raise CommandError(f"Put the token into {options['token_env']}.")
                export = product.read(options["address"], token)
            else:
                export = read_path(Path(options["path"]))
            imported = import_converted(
                product.convert(export),
                actor=Actor(label=f"Import from {product.title}", via=Via.APPLY),
                dry_run=not options["apply"],
            )
        except AireError as error:
            raise CommandError(error.message) from error
        self._show(imported)

    def _show(self, imported: Imported) -> None:
        for line in (*imported.steps, *imported.rules, *imported.history):
            self.stdout.write(str(line))
        for item in imported.left_out:
            self.stdout.write(f"left out   {item.what} {item.name}: {item.reason}")
        for key in imported.keys:
            self.stdout.write(f"key        {key.kind} {key.name}: {key.key}")
        done = "Written." if imported.applied else "Nothing is written; --apply does it."
        self.stdout.write(f"{imported.changes} changes, {len(imported.left_out)} left out. {done}")
