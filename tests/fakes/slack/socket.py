"""Socket Mode: apps.connections.open, and the websocket whose other end an app listens at."""

from __future__ import annotations

import json
import threading
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from tests.fakes.slack.methods import method
from tests.fakes.slack.world import Answer, Arguments, World


@method("apps.connections.open", scope="", tier=1, burst=10, app=True)
def open_connection(slack: World, _: Arguments) -> Answer:
    return {"ok": True, "url": slack.socket_address()}


class SocketEnd:
    """Slack's end: sends envelopes, takes acknowledgements, can hang up."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._tickets: set[str] = set()
        self._connections: list[ServerConnection] = []
        self._changed = threading.Condition()
        self.acks: dict[str, dict[str, Any]] = {}
        """Envelope id → what came back with it."""
        self.said_hello = 0

    def open(self) -> str:
        """A fresh address, good for one connection."""
        if self._server is None:
            self._server = serve(self._talk, "127.0.0.1", 0)
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        ticket = uuid4().hex
        self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id=A0001"

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server = None

    def send(self, kind: str, payload: dict[str, Any], *, envelope: str = "", **more: Any) -> str:
        """An envelope (`events_api`, `slash_commands`, `interactive`) to the newest connection;
        answers its id."""
        envelope = envelope or str(uuid4())
        body = {"type": kind, "envelope_id": envelope, "payload": payload, **more}
        self.connection().send(json.dumps({"accepts_response_payload": True, **body}))
        return envelope

    def ack(self, envelope: str, *, within: float = 10.0) -> dict[str, Any]:
        """Wait for the acknowledgement of an envelope."""
        with self._changed:
            assert self._changed.wait_for(lambda: envelope in self.acks, within), "no ack"
            return self.acks[envelope]

    def connection(self, *, within: float = 10.0) -> ServerConnection:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self._connections), within), "nobody came"
            return self._connections[-1]

    def wait_for_hellos(self, number: int, *, within: float = 20.0) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.said_hello >= number, within), "no hello"

    def refresh(self) -> None:
        """As Slack does every few hours: warn, then hang up."""
        connection = self.connection()
        connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def cut(self) -> None:
        """Hang up without a word."""
        self.connection().close()

    def _talk(self, connection: ServerConnection) -> None:
        request = connection.request
        ticket = (request.path if request else "").partition("ticket=")[2].partition("&")[0]
        if ticket not in self._tickets:
            connection.close(4000, "no such ticket")
            return
        self._tickets.discard(ticket)
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._changed:
            self._connections.append(connection)
            self.said_hello += 1
            self._changed.notify_all()
        try:
            for message in connection:
                self._take(json.loads(message))
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                self._connections.remove(connection)

    def _take(self, message: dict[str, Any]) -> None:
        with self._changed:
            self.acks[str(message.get("envelope_id"))] = dict(message.get("payload") or {})
            self._changed.notify_all()
