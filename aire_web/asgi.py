"""The ASGI application: ingest addresses go to small plain handlers, all else to Django."""

from __future__ import annotations

import os
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")
django_application = get_asgi_application()

from alerts.ingest.app import Ingest  # noqa: E402 - needs Django set up

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# WhiteNoise hands small static files over as a plain iterator, which Django reads whole: fine.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

ingest = Ingest()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The root: lifespan, ingest, Django."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and ingest.handles(scope["path"]):
        await ingest(scope, receive, send)
    elif scope["type"] == "http":
        await django_application(scope, receive, send)
    else:
        # No websockets here: refuse the handshake.
        await send({"type": "websocket.close"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await ingest.committer.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
