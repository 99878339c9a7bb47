"""`manage.py up`: reads the settings, then gives the process over to `aire_web.runtime`."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from aire_web.env import environment


class Command(BaseCommand):
    help = "Runs all of AIRE on this machine; Ctrl-C stops it."
    # The private database may not be running yet.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=_port, default=environment.port, help="port to serve on")
        parser.add_argument("--workers", type=_workers, default=1, help="web processes")

    def handle(self, *args: Any, **options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        flags = {
            "--home": settings.AIRE_HOME,
            "--host": options["host"],
            "--port": options["port"],
            "--workers": options["workers"],
        }
        pairs = [str(part) for pair in flags.items() for part in pair]
        sys.stdout.flush()
        # The same process goes on without Django: it keeps its pid, its terminal and its signals.
        argv = [sys.executable, "-m", "aire_web.runtime", *pairs]
        os.execv(sys.executable, argv)  # noqa: S606  no shell is wanted


def _port(text: str) -> int:
    return _number(text, 1, 65535)


def _workers(text: str) -> int:
    return _number(text, 1, 64)


def _number(text: str, lowest: int, highest: int) -> int:
    if text.isascii() and text.isdigit() and lowest <= int(text) <= highest:
        return int(text)
    raise argparse.ArgumentTypeError(f"give a number from {lowest} to {highest}")
