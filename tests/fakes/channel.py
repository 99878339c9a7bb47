"""A channel whose provider is a list: for tests of what happens around sending."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from notifications.channels import ContactForm, DeliveryError, Sent
from notifications.message import Message


@dataclass(frozen=True)
class Taken:
    address: str
    message: Message
    delivery_id: UUID
    attempt: int
    may_repeat: bool


@dataclass
class FakeChannel:
    """`outcomes` are used up one a try: an error is raised, a function called before taking."""

    name: str = "pigeon"
    title: str = "Pigeon"
    reaches: bool = True
    on: bool = True
    form: ContactForm | None = None
    taken: list[Taken] = field(default_factory=list)
    outcomes: deque[DeliveryError | Callable[[], None]] = field(default_factory=deque)

    def configured(self) -> bool:
        return self.on

    def address_for(self, user: User) -> str | None:
        return user.email

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        outcome = self.outcomes.popleft() if self.outcomes else None
        if isinstance(outcome, DeliveryError):
            raise outcome
        if outcome is not None:
            outcome()
        self.taken.append(Taken(address, message, delivery_id, attempt, may_repeat))
        return Sent(provider_ref=f"{self.name}-{len(self.taken)}", detail="Taken")
