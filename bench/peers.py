"""What accepting is measured beside: a plain ASGI handler, and a Django view with one insert."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

ANSWER = json.dumps({"receipt": str(uuid.UUID(int=0))}).encode()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]


async def plain(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body and answers 202; keeps nothing."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 202, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})


def insert(request: HttpRequest) -> JsonResponse:
    """The usual way: one row, one commit, one request, no key looked up."""
    receipt = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alerts_receipt (id, source_id, format, headers, body, attempts)"
            " SELECT %s, min(id), 'alertmanager', '{}', %s, 0 FROM alerts_source",
            [receipt, request.body],
        )
    response = JsonResponse({"receipt": str(receipt)}, status=202)
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("insert/", insert)]
