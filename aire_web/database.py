"""How processes hold their database connections; the default, for commands, is one a thread.

A new connection costs PostgreSQL a process and both sides some 5 ms: more than most requests.
"""

from __future__ import annotations

from django.db import connections

WEB_POOL = {"min_size": 1, "max_size": 16, "timeout": 5, "max_idle": 300}
WORKER_SECONDS = 600


def share_connections() -> None:
    """Of a web process: requests run in short-lived threads and take turns with a few."""
    connections.settings["default"]["OPTIONS"]["pool"] = dict(WEB_POOL)


def keep_connection() -> None:
    """Of a worker: the next task finds the connection of the last one, if it still works."""
    connections.settings["default"]["CONN_MAX_AGE"] = WORKER_SECONDS
