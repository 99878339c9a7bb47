"""Socket Mode: the same desk, reached over a websocket that AIRE opens itself.

slack-sdk keeps the connection: it answers pings, takes a new one when Slack asks for that and when
one broke. Here envelopes are read, taken to the desk and acknowledged.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import os
import socket

from django.conf import settings
from django.db import DatabaseError, connection
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from core.logs import get_logger
from integrations.slack.client import SILENT
from integrations.slack.front.desk import Desk
from integrations.slack.health import faults
from integrations.slack.health.selectors import SOCKET_BEAT
from integrations.slack.inbox.envelope import Unreadable, read_socket

log = get_logger(__name__)
BEAT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
TAKE_SECONDS = 2.8
CONCURRENCY = 32
BEAT = (
    "INSERT INTO core_enginebeat (process, kind, at) VALUES (%s, %s, now()) "
    "ON CONFLICT (process, kind) DO UPDATE SET at = now()"
)


class SocketListener:
    """Runs until `stop`; tells that it lives only while the websocket does."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._process = f"{socket.gethostname()}:{os.getpid()}"
        self._client = SocketModeClient(
            app_token=settings.AIRE_SLACK_APP_TOKEN,
            web_client=WebClient(
                base_url=settings.AIRE_SLACK_API_URL, timeout=10, retry_handlers=[], logger=SILENT
            ),
            logger=SILENT,
            concurrency=CONCURRENCY,
        )
        self._client.socket_mode_request_listeners.append(self._hear)

    async def run(self) -> None:
        try:
            await self._connect()
            while not self._stopping.is_set():
                if self._client.is_connected():
                    await asyncio.to_thread(self._beat)
                await self._pause(BEAT_SECONDS)
        finally:
            await asyncio.to_thread(self._client.close)
            await self._desk.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)

    async def _connect(self) -> None:
        """The first connection; slack-sdk takes care of those that follow."""
        pause = 1.0
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._client.connect)
            except (SlackApiError, SlackClientError, OSError) as error:
                await asyncio.to_thread(_note, error)
                await self._pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                log.info("slack_socket_connected")
                await asyncio.to_thread(_forget)
                return

    async def _pause(self, seconds: float) -> None:
        await asyncio.wait({asyncio.create_task(self._stopping.wait())}, timeout=seconds)

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """In a thread of slack-sdk. What is not acknowledged is sent again by Slack."""
        try:
            envelope = read_socket(request.type, request.payload)
        except Unreadable as error:
            log.warning("slack_envelope_unreadable", error=str(error)[:200])
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
            return
        taking = asyncio.run_coroutine_threadsafe(self._desk.take(envelope), self._loop)
        ack = taking.result(TAKE_SECONDS)
        if ack.status < 500:
            answer = SocketModeResponse(request.envelope_id, payload=ack.body)
            client.send_socket_mode_response(answer)

    def _beat(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(BEAT, [self._process, SOCKET_BEAT])
        except DatabaseError as error:
            log.warning("slack_socket_beat", error=type(error).__name__)
        finally:
            connection.close()


def _note(error: Exception) -> None:
    code = ""
    if isinstance(error, SlackApiError):
        data = getattr(error.response, "data", None)
        code = str(data.get("error") or "") if isinstance(data, dict) else ""
    log.warning("slack_socket_not_connected", error=code or type(error).__name__)
    if code:
        faults.note_socket(code)
    connection.close()


def _forget() -> None:
    try:
        faults.clear([faults.SOCKET])
    except DatabaseError as error:
        log.warning("slack_fault_not_cleared", error=type(error).__name__)
    finally:
        connection.close()
