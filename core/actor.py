"""Who does something, and through what. Services take an `Actor`; audit lines keep it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    """The door that an action came through."""

    WEB = "web"
    API = "api"
    SLACK = "slack"
    EMAIL = "email"
    LINK = "link"
    PHONE = "phone"
    APPLY = "apply"
    ALERT = "alert"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Actor:
    """`user_id` is None for the program itself; `label` is what people read."""

    label: str
    via: Via
    user_id: int | None = None


def program(label: str = "AIRE", via: Via = Via.ENGINE) -> Actor:
    """The program acting on its own."""
    return Actor(label=label, via=via)
