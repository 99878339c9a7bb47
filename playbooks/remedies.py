"""What a system outside must be able to do for playbooks. Integrations fulfil it; no vendor here.

A remedy reads what stands there (`look`), says without any call what exactly would be sent
(`plan`, `undo`), and sends it (`perform`). It calls out through `core.http` only and knows nothing
of the database. Wiring puts it into `remedies`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from core.connecting import Option
from core.errors import AireError
from core.http import OutboundFailed, OutboundRefused, Response, request
from core.payload import PayloadError, load_json
from core.registry import Registry
from core.secrets import Secret

TIMEOUT_SECONDS: Final = 10.0
MAX_ANSWER: Final = 4 * 1024 * 1024
MAX_TOLD: Final = 300


class RemedyError(AireError):
    """It was not done, and nothing was changed by the call that failed. The message says why and
    what to do."""


class NothingToDo(RemedyError):
    """It stands there already as the step wants it."""


class Uncertain(AireError):
    """The call was out and nobody knows whether it was carried out. It is never sent again by
    itself."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a remedy can do. `scope` is the parameter that the connection's allowed list
    is about."""

    name: str
    title: str
    scope: str
    fields: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A connection, as plain data."""

    name: str
    base_url: str
    options: Mapping[str, str]
    token: Secret
    secret: Secret


@dataclass(frozen=True, slots=True)
class Order:
    """What a step wants. `key` is the same for each try; `about` names run, step and incident."""

    action: str
    params: Mapping[str, str]
    key: str
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sending:
    """Exactly what goes out, without credentials. `fresh` are places of the body (dotted) that are
    read anew when it is sent, such as a resourceVersion; all else is sent as it was shown."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fresh: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "path": self.path,
            "body": self.body,
            "headers": dict(self.headers),
            "fresh": list(self.fresh),
        }

    def same_as(self, shown: Mapping[str, Any]) -> bool:
        """Whether it is what was shown, but for what is read anew."""
        mine = self.to_json()
        for path in self.fresh:
            mine["body"] = _without(mine["body"], path.split("."))
        other = {**shown, "body": shown.get("body")}
        for path in shown.get("fresh", ()):
            other["body"] = _without(other["body"], str(path).split("."))
        return mine == other


@dataclass(frozen=True, slots=True)
class Planned:
    """`says` tells people what would happen; `undo_says` how it is taken back, "" for not at
    all."""

    says: str
    sending: Sending
    undo_says: str = ""


class Remedy(Protocol):
    """`allowed_label` names what the allowed list of a connection holds; "" where there is none.
    `secret_label` likewise for a second secret."""

    name: str
    title: str
    base_url: str
    token_label: str
    secret_label: str
    allowed_label: str
    options: tuple[Option, ...]
    acts: tuple[Act, ...]

    def look(self, target: Target, order: Order) -> dict[str, Any]:
        """What stands there now, as far as the plan needs it. Calls out, changes nothing."""

    def plan(self, target: Target, order: Order, seen: Mapping[str, Any]) -> Planned:
        """Pure. Raises `NothingToDo` or `RemedyError`."""

    def undo(
        self, target: Target, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Planned:
        """What takes it back: `before` is what was seen before the step, `seen` what stands there
        now. Pure. Raises `RemedyError`, also when somebody has changed it since."""

    def happened(
        self, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> bool | None:
        """Whether a step whose answer was lost was carried out, from what stands there now; None
        where that cannot be told. Pure."""

    def perform(self, target: Target, sending: Sending, key: str) -> str:
        """Send it, once; answers what was answered in a line. Raises `RemedyError` when it was
        refused, `Uncertain` when nobody knows."""


remedies: Registry[Remedy] = Registry("remedy")


def texts_in(order: Order, name: str, most: int) -> dict[str, str]:
    """A parameter that is written as JSON, {"name": "text"}; empty where it is not given. Raises
    `RemedyError`."""
    text = order.params.get(name, "").strip()
    if not text:
        return {}
    try:
        value = load_json(text.encode("utf-8", "replace")).value
    except PayloadError as error:
        raise RemedyError(f"{name}: this is not JSON.") from error
    plain = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    if not isinstance(value, dict) or not plain or len(value) > most:
        raise RemedyError(f'{name}: write {{"name": "text"}}, at most {most}.')
    return value


def act_of(remedy: Remedy, name: str) -> Act | None:
    return next((act for act in remedy.acts if act.name == name), None)


@dataclass(frozen=True, slots=True)
class Api:
    """Calls of one system's API, with its refusals in plain words."""

    target: Target
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(
        self,
        sending: Sending,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Change something over there."""
        answer = self._call(
            sending.method,
            sending.path,
            writes=True,
            json=sending.body if content is None else None,
            content=content,
            headers={**self.headers, **sending.headers, **(headers or {})},
        )
        if answer.ok:
            return answer
        if answer.status in (500, 502, 504):
            raise Uncertain(
                f"{self.target.name} failed (HTTP {answer.status}){words_of(answer)}. It may have "
                "been carried out or not: look there."
            )
        raise self.refusal(answer)

    def read(self, path: str, *, missing: tuple[int, ...] = ()) -> Any:
        """The JSON that stands there; None for a status that means that there is nothing."""
        answer = self._call("GET", path, headers=self.headers)
        if answer.status in missing:
            return None
        if not answer.ok:
            raise self.refusal(answer)
        try:
            return load_json(answer.body).value
        except PayloadError as error:
            raise RemedyError(
                f"{self.target.name} answered something that is not what it documents. Check that "
                "its address is that of the API."
            ) from error

    def _call(self, method: str, path: str, *, writes: bool = False, **more: Any) -> Response:
        name = self.target.name
        try:
            return request(
                method,
                f"{self.target.base_url.rstrip('/')}{path}" if path else self.target.base_url,
                timeout=TIMEOUT_SECONDS,
                max_bytes=MAX_ANSWER,
                **more,
            )
        except OutboundRefused as error:
            raise RemedyError(f"{name} was not called: {error.message}") from error
        except OutboundFailed as error:
            if writes and error.unsure:
                raise Uncertain(
                    f"{error.message} It may have been carried out or not: look there."
                ) from error
            raise RemedyError(f"{name} gave no answer: {error.message}") from error

    def refusal(self, answer: Response) -> RemedyError:
        said, name = words_of(answer), self.target.name
        if answer.status == 401:
            return RemedyError(f"{name} does not accept the token{said}. Enter a new one.")
        if answer.status == 403:
            return RemedyError(f"{name} does not allow this to the token{said}.")
        if answer.status in (404, 410):
            return RemedyError(f"{name} does not know it, or does not show it{said}.")
        if answer.status == 409:
            return RemedyError(
                f"Somebody else changed it at the same moment{said}. Nothing was done: try again."
            )
        if answer.status in (429, 503):
            return RemedyError(f"{name} asks to wait{said}. Nothing was done: try again later.")
        if 400 <= answer.status < 500:
            return RemedyError(f"{name} refuses what was sent (HTTP {answer.status}){said}.")
        return RemedyError(f"{name} failed (HTTP {answer.status}){said}.")


def words_of(answer: Response) -> str:
    """What it said itself, from the places where APIs say it; hostile text, bounded."""
    try:
        value = load_json(answer.body).value
    except PayloadError:
        return ""
    if not isinstance(value, dict):
        return ""
    told = value.get("message") or value.get("error") or ""
    words = " ".join(str(told).split())
    return f" (“{words[:MAX_TOLD]}”)" if words else ""


def _without(value: Any, path: list[str]) -> Any:
    """A copy without what lies at the path."""
    head, *rest = path
    if isinstance(value, list) and head.isdigit() and int(head) < len(value):
        copied = list(value)
        copied[int(head)] = _without(copied[int(head)], rest) if rest else None
        return copied
    if isinstance(value, dict) and head in value:
        return {
            name: _without(inner, rest) if name == head else inner
            for name, inner in value.items()
            if name != head or rest
        }
    return value
