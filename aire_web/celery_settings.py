"""How Celery works for AIRE, for the worker and for beat. Free of Django."""

from __future__ import annotations

from typing import Any

DEFAULT_BROKER = "redis://127.0.0.1:1/0"
"""Nothing listens there: where no broker is named, hints get lost and the engine finds the work."""

COMMON: dict[str, Any] = {
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_time_limit": 240,
    "task_soft_time_limit": 200,
    "task_default_queue": "default",
    "task_routes": {
        "alerts.tasks.*": {"queue": "ingest"},
        "notifications.tasks.*": {"queue": "page"},
        "oncall.tasks.*": {"queue": "page"},
        "integrations.tasks.work_*": {"queue": "page"},
        # Cards may wait for Slack; what pages must not wait for them.
        "integrations.tasks.*": {"queue": "default"},
    },
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        "visibility_timeout": 300,
        "socket_timeout": 2,
        "socket_connect_timeout": 1,
        # Hints must never wait for a broker that is gone.
        "retry_policy": {"max_retries": 0},
    },
    "task_publish_retry": False,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "timezone": "UTC",
    # Nothing that pages hangs on beat: the engine does all of this by itself as well.
    "beat_schedule": {
        "housekeeping": {"task": "core.tasks.keep_house", "schedule": 3600.0},
        "absorb": {"task": "alerts.tasks.absorb_due", "schedule": 30.0},
        "outbox": {"task": "core.tasks.run_outbox", "schedule": 30.0},
    },
}
