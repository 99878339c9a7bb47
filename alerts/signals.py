"""What a source reads out of a receipt. Pure: no database, no Django.

A `SourceFormat` turns the raw bytes of one delivery into `Signal`s. It never guesses silently:
what it had to leave out stands in `Reading.notes`, what it cannot read at all is `Unreadable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MAX_DEDUP_KEY = 512
MAX_TITLE = 1024
MAX_LABELS = 200
MAX_LABEL_NAME = 200
MAX_LABEL_VALUE = 4096


class Action(StrEnum):
    """What a signal says of its condition."""

    FIRE = "fire"
    RESOLVE = "resolve"
    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    NOTE = "note"
    """Something about a condition that fires: it opens nothing and ends nothing."""


class Severity(StrEnum):
    """Incident severities, worst first. Senders' words are mapped onto these by the formats."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"

    @property
    def rank(self) -> int:
        """1 (worst) to 4."""
        return int(self.value[-1])


@dataclass(frozen=True, slots=True)
class Link:
    """A link a sender gave. `href` is hostile text: show it only through `core.urls.safe_href`."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One statement of a source about one condition.

    `dedup_key` names the condition within its source. `starts_at` is the time the sender says the
    condition began (aware, UTC) and is the identity of the episode when the sender has one;
    without it the episode is counted by AIRE. `occurred_at` orders events inside an episode.
    """

    action: Action
    dedup_key: str
    title: str
    severity: Severity | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    occurred_at: datetime | None = None
    links: tuple[Link, ...] = ()
    is_test: bool = False
    """The sender itself says that this is a test notification."""
    note: str = ""
    """What an action other than `FIRE` says beside itself; it goes into the alert's trace. A
    `NOTE` sets the title and the severity of what fires when it has one, and adds annotations."""
    key_number: int | None = None
    """In place of the key, where a sender was told only its `alerts.numbers.short_number`: it then
    means a condition that fires, or nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All signals of one receipt, in the sender's order, and what a person should know of it.

    `notes` are plain sentences, e.g. that the sender cut alerts off ("truncatedAlerts: 4").
    `measured` are facts that are no alerts, for a room above that takes them
    (`alerts.extensions.takers`); this room only carries them. A body that is telemetry
    (`keep_body=False`) is emptied once it is read: it is bulky and may hold people's prompts.
    """

    signals: tuple[Signal, ...]
    notes: tuple[str, ...] = ()
    measured: tuple[object, ...] = ()
    keep_body: bool = True


class Unreadable(Exception):
    """The receipt is not what its format is. The message is a plain sentence for a person."""


class SourceFormat(Protocol):
    """What an integration's `source.py` offers to the alerts room."""

    name: str
    """The path part of `/in/<key>/<format>/` and the `format` of a Source."""
    title: str
    """The sender's name as people know it."""

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Signals of one delivery. `headers` have lower-case names; `options` is the source's
        own configuration (the mapping of a `generic` source). Raises `Unreadable`."""
        ...

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The lines an operator pastes into the sender's configuration."""
        ...

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A body as the sender would send it, for "send a test"."""
        ...
