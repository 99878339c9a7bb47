"""What a channel must be able to do, and which channels there are. Sends nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from accounts.models import User
from core.registry import Registry
from notifications.message import Message

IN_APP = "in_app"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. `provider_ref` is how the provider names the message."""

    provider_ref: str = ""
    detail: str = ""


class DeliveryError(Exception):
    """It was not taken. `permanent`: trying again cannot help. `retry_after`: not before so many
    seconds. `unsure`: it may have been taken all the same, for example when no answer came."""

    def __init__(
        self,
        sentence: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        unsure: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent
        self.retry_after = retry_after
        self.unsure = unsure


class BadAddress(Exception):
    """What was given is no address of the channel; the text says what one looks like."""


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A channel whose addresses people give themselves, each verified before it counts.

    `check` answers the address in its one form and a label fit to show, or raises `BadAddress`.
    `sees_code`: whether its owner can read a code that is sent there; else it is verified by
    being given (a browser that has subscribed). `secret`: the address is a credential.
    """

    label: str
    help: str
    check: Callable[[str], tuple[str, str]]
    sees_code: bool = True
    secret: bool = False
    for_people: bool = True
    for_rooms: bool = False
    typed: bool = True


class Channel(Protocol):
    """`reaches` is true for a channel that finds people away from AIRE; in-app alone does not."""

    name: str
    title: str
    reaches: bool

    @property
    def form(self) -> ContactForm | None:
        """How somebody gives an address for this channel; None where the account's is used."""

    def configured(self) -> bool: ...

    def address_for(self, user: User) -> str | None:
        """Without any call to the outside; None where this person has no address here."""

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        """Called outside any transaction. Raises `DeliveryError`."""


channels: Registry[Channel] = Registry("channel")


def configured_channels() -> list[Channel]:
    return [channel for channel in channels if channel.configured()]
