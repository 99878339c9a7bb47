"""What this room tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class DeliverySettled(Event):
    """A delivery was sent, or failed for good. `state` is `sent` or `failed`; `origin` is what
    asked for it, for example `page:<id>`; `address_label` is fit to show."""

    name: ClassVar[str] = "notifications.delivery_settled"

    delivery_id: str
    origin: str
    subject_key: str
    kind: str
    channel: str
    state: str
    user_id: int | None
    address_label: str
    detail: str
