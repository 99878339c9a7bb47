"""What an issue tracker must be able to do for follow-ups. Integrations fulfil it; no vendor here.

A client translates between an action and an issue and calls out through `core.http`; it knows
nothing of the database. Wiring puts it into `trackers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from core.connecting import Option
from core.errors import AireError
from core.http import OutboundFailed, OutboundRefused, Response, request
from core.payload import PayloadError, load_json
from core.registry import Registry
from core.secrets import Secret

TIMEOUT_SECONDS = 10.0
MAX_TOLD = 300
MAX_ANSWER = 4 * 1024 * 1024
"""Fifty long issues."""


class TrackerError(AireError):
    """The tracker did not take it. The message says what to do; `permanent`: trying again as it is
    cannot help; `retry_after` in seconds when the tracker said so."""

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class WrongSignature(AireError):
    """A webhook that does not come from the tracker, or whose body was altered."""


class UnreadableWebhook(AireError):
    """A webhook that is signed and is still not what the tracker documents."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a tracker is and how to speak to it. `options` are those that its client asks for."""

    name: str
    base_url: str
    options: Mapping[str, str]
    token: Secret
    webhook_secret: Secret


@dataclass(frozen=True, slots=True)
class Issue:
    """What a tracker is to be told of an action. `status` is the action's; `marker` names it."""

    marker: str
    title: str
    body: str
    status: str
    url: str
    version: int = 1
    due_on: date | None = None
    labels: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remote:
    """An issue as the tracker has it. `status` is one of the action's four, or "" where the
    tracker cannot be asked; `label` is the tracker's own word for it."""

    external_id: str
    url: str
    status: str
    label: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a webhook says. Without `remote` it says nothing about an issue of ours."""

    delivery_id: str
    remote: Remote | None = None
    note: str = ""


class TrackerClient(Protocol):
    """`read` and `find` answer None for an issue that is not there. `signature_help` tells an
    admin where the secret of the webhook goes."""

    name: str
    title: str
    base_url: str
    options: tuple[Option, ...]
    signature_help: str

    def create(self, connection: Connection, issue: Issue) -> Remote: ...

    def find(self, connection: Connection, issue: Issue) -> Remote | None:
        """The issue that an earlier try may have made although its answer was lost."""

    def read(self, connection: Connection, external_id: str) -> Remote | None: ...

    def update(self, connection: Connection, external_id: str, issue: Issue) -> Remote: ...

    def receive(
        self, connection: Connection, headers: Mapping[str, str], body: bytes
    ) -> Incoming: ...


trackers: Registry[TrackerClient] = Registry("tracker")


@dataclass(frozen=True, slots=True)
class Api:
    """Calls of one tracker's API, with its refusals in plain words."""

    title: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        missing: bool = False,
    ) -> Response | None:
        """The answer when it is a success; None for 404 where `missing` says that this is one.
        Raises `TrackerError`."""
        address = f"{self.base_url.rstrip('/')}{path}"
        try:
            answer = request(
                method,
                address,
                headers=self.headers,
                json=json,
                timeout=TIMEOUT_SECONDS,
                max_bytes=MAX_ANSWER,
            )
        except OutboundRefused as error:
            raise TrackerError(
                f"{self.title} was not called: {error.message} Correct its address.",
                permanent=True,
            ) from error
        except OutboundFailed as error:
            raise TrackerError(
                f"{self.title} gave no answer: {error.message} It is tried again by itself.",
                retry_after=error.retry_after,
            ) from error
        if answer.ok:
            return answer
        if missing and answer.status in (404, 410):
            return None
        raise self._refusal(answer)

    def data(self, method: str, path: str, *, json: object = None) -> dict[str, Any]:
        """The answer as an object."""
        answer = self.call(method, path, json=json)
        assert answer is not None
        return self.object_in(answer)

    def rows(self, method: str, path: str) -> list[Any]:
        """The answer as a list."""
        answer = self.call(method, path)
        value = _read(answer) if answer is not None else None
        if not isinstance(value, list):
            raise self.nonsense()
        return value

    def object_in(self, answer: Response) -> dict[str, Any]:
        value = _read(answer)
        if not isinstance(value, dict):
            raise self.nonsense()
        return value

    def nonsense(self) -> TrackerError:
        return TrackerError(
            f"{self.title} answered something that is not what it documents. Check that its "
            "address is that of the API; it is tried again by itself."
        )

    def _refusal(self, answer: Response) -> TrackerError:
        said = self._words(answer)
        if answer.status == 401:
            return TrackerError(
                f"{self.title} does not accept the token{said}. Enter a new one in the settings.",
                permanent=True,
            )
        limited = answer.status == 429 or answer.headers.get("x-ratelimit-remaining") == "0"
        if limited:
            return TrackerError(
                f"{self.title} asks to wait{said}. It is tried again by itself.",
                retry_after=answer.retry_after or 60.0,
            )
        if answer.status in (403, 404, 410):
            return TrackerError(
                f"{self.title} does not show it to this token{said}. Check the name of the project "
                "and what the token may do, in the settings.",
                permanent=True,
            )
        if answer.status in (400, 405, 413, 422):
            return TrackerError(
                f"{self.title} refuses what was sent{said}. Check its settings, then try again.",
                permanent=True,
            )
        return TrackerError(
            f"{self.title} failed (HTTP {answer.status}){said}. It is tried again by itself.",
            retry_after=answer.retry_after,
        )

    def _words(self, answer: Response) -> str:
        """What it said itself, from the places where trackers say it; hostile text, bounded."""
        value = _read(answer)
        if not isinstance(value, dict):
            return ""
        errors = value.get("errors")
        found = [value.get("message"), *_list(value.get("errorMessages"))]
        if isinstance(errors, dict):
            found += [f"{name}: {text}" for name, text in errors.items()]
        words = "; ".join(" ".join(str(one).split()) for one in found if one)
        return f" (“{words[:MAX_TOLD]}”)" if words else ""


def _read(answer: Response) -> object:
    """The body as bounded JSON that can be stored; None for anything else."""
    try:
        return load_json(answer.body).value
    except PayloadError:
        return None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
