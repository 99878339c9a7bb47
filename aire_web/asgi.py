"""The ASGI application: ingest, Slack and live streams go to plain handlers, all else to Django."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402 - needs Django set up

from aire_web.body_limit import bounded  # noqa: E402
from aire_web.database import share_connections  # noqa: E402
from aire_web.live import gate  # noqa: E402
from aire_web.live.app import Live  # noqa: E402
from aire_web.live.hub import Hub  # noqa: E402
from aire_web.live.stopping import before_stopping  # noqa: E402
from alerts.ingest.app import Ingest  # noqa: E402
from core.collector import look_less_often  # noqa: E402
from core.live import channel  # noqa: E402
from integrations.slack.front.app import SlackFront  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# WhiteNoise hands small static files over as a plain iterator, which Django reads whole: fine.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

share_connections()
look_less_often()
ingest = Ingest()
slack = SlackFront()
live = Live(
    Hub(
        url=settings.REDIS_URL,
        channel=channel(),
        recheck=lambda tickets: asyncio.to_thread(gate.still_allowed, tickets),
    )
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The root: lifespan, ingest, Slack, live streams, Django."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and ingest.handles(scope["path"], scope["method"]):
        await ingest(scope, receive, send)
    elif scope["type"] == "http" and slack.handles(scope["path"]):
        await slack(scope, receive, send)
    elif scope["type"] == "http" and live.handles(scope["path"]):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        await bounded(django_application, scope, receive, send)
    else:
        # No websockets here: refuse the handshake.
        await send({"type": "websocket.close"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            before_stopping(live.hub.end_soon)
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await live.hub.close()
            await ingest.committer.close()
            await slack.desk.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
