"""The audit trail's one writer. Call it inside the transaction of the change it tells of."""

from __future__ import annotations

from typing import Any

import structlog

from accounts.models import AuditEntry
from core.actor import Actor
from core.inserts import insert


def record(*, actor: Actor, action: str, target_kind: str, target_ref: str, **detail: Any) -> None:
    """Add a line: `action` is a verb phrase such as `source.rotate_key`; `detail` is JSON."""
    context = structlog.contextvars.get_contextvars()
    insert(
        AuditEntry(
            actor_id=actor.user_id,
            actor_label=actor.label[:200],
            via=actor.via,
            action=action,
            target_kind=target_kind,
            target_ref=target_ref[:200],
            detail=detail,
            request_id=str(context.get("request_id", ""))[:64],
        )
    )
