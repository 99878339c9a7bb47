"""The engine's way of sending: a lane of a few threads for each channel, so that a mail server
that hangs cannot hold up a Slack page. Which rows and how is `delivery`'s business."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connection
from django.db.utils import Error as DatabaseError

from core.hints import hint
from core.leases import any_due
from core.logs import get_logger
from notifications.channels import channels
from notifications.delivery import claim_for, deliver
from notifications.models import Delivery

log = get_logger(__name__)
THREADS = 4


class Lane:
    """Claims only what it can start at once: a claimed row never waits behind a slow one."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._free = THREADS
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix=f"deliver-{channel}")

    def fill(self) -> int:
        """Start as much due work as there is room for; answers how much that was."""
        with self._lock:
            room = self._free
            if not room:
                return 0
            rows = claim_for(self._channel, room)
            self._free -= len(rows)
        for row, token in rows:
            self._pool.submit(self._run, row, token)
        return len(rows)

    def _run(self, row: Delivery, token: UUID) -> None:
        # The connection of an idle thread may have died with the database that was restarted: the
        # row must not wait for its lease to end because of that.
        if connection.connection is not None and not connection.is_usable():
            connection.close()
        try:
            deliver(row, token)
        except DatabaseError as error:
            # The database may be restarting: drop the connection; the lease brings the row back.
            log.warning("delivery_database_error", delivery=str(row.pk), error=str(error)[:200])
            connection.close()
        except Exception:
            log.exception("delivery_error", delivery=str(row.pk))
        with self._lock:
            self._free += 1
            was_full = self._free == 1
        if was_full:
            hint("deliver")


_lanes: dict[str, Lane] = {}


def deliver_in_lanes() -> int:
    """One round over all channels; returns without waiting for what it started."""
    if not any_due(Delivery, pending=Delivery.State.PENDING):
        return 0
    had = 0
    for name in channels.names():
        if name not in _lanes:
            _lanes[name] = Lane(name)
        had += _lanes[name].fill()
    return had
