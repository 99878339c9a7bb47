"""`manage.py slack_socket`: Slack over a websocket that AIRE opens, for places that Slack cannot
reach. Needs AIRE_SLACK_APP_TOKEN. One process is enough; with several, Slack shares among them."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integrations.slack.front.socket_mode import SocketListener


class Command(BaseCommand):
    help = "Take what Slack sends over Socket Mode."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AIRE_SLACK_APP_TOKEN or not settings.AIRE_SLACK_BOT_TOKEN:
            raise CommandError("Set AIRE_SLACK_APP_TOKEN (xapp-…) and AIRE_SLACK_BOT_TOKEN.")
        asyncio.run(_listen())


async def _listen() -> None:
    listener = SocketListener()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, listener.stop)
    await listener.run()
