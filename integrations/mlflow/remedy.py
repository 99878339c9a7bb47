"""MLflow's registry as a remedy: an alias of a registered model is set to another version.

https://mlflow.org/docs/latest/api_reference/rest-api.html (registered-models/alias)
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from core.connecting import Option
from playbooks.remedies import (
    Act,
    Api,
    NothingToDo,
    Order,
    Planned,
    RemedyError,
    Sending,
    Target,
)

ALIAS: Final = "/api/2.0/mlflow/registered-models/alias"
VERSIONS: Final = "/api/2.0/mlflow/model-versions/search"
_NAME: Final = re.compile(r"[^/:\"'\\\x00-\x1f]{1,250}")
_ALIAS: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")


class MLflow:
    name = "mlflow"
    title = "MLflow registry"
    base_url = ""
    token_label = "Token, or user:password"  # noqa: S105 - a label
    secret_label = ""
    allowed_label = "Models"
    options: tuple[Option, ...] = ()
    acts: tuple[Act, ...] = (
        Act(
            "alias",
            "Point an alias to another version",
            "model",
            (
                Option("model", "Registered model"),
                Option("alias", "Alias", default="champion"),
                Option("version", "Version", "A number, or previous.", default="previous"),
            ),
        ),
    )

    def look(self, target: Target, order: Order) -> dict[str, Any]:
        model, alias = _model(order), _alias(order)
        api = _api(target)
        asked = urlencode({"name": model, "alias": alias})
        # An alias that is not there is 400 or 404, by the age of the server.
        found = api.read(f"{ALIAS}?{asked}", missing=(400, 404))
        current = _versions([found.get("model_version")] if isinstance(found, Mapping) else [])
        query = urlencode({"filter": f"name='{model}'", "max_results": "200"})
        rows = api.read(f"{VERSIONS}?{query}")
        listed = rows.get("model_versions") if isinstance(rows, Mapping) else None
        return {
            "version": current[0] if current else None,
            "versions": sorted(_versions(listed or [])),
        }

    def plan(self, target: Target, order: Order, seen: Mapping[str, Any]) -> Planned:
        wanted, now = _wanted(order, seen), seen["version"]
        if wanted == now:
            raise NothingToDo(f"{_named(order)} is version {now} already.")
        was = f"version {now}" if now else "nothing"
        return Planned(
            f"Points {_named(order)} from {was} to version {wanted}.",
            _setting(order, wanted),
            f"Points it back to {was}." if now else "Takes the alias away.",
        )

    def undo(
        self, target: Target, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Planned:
        if seen["version"] != _wanted(order, before):
            raise RemedyError(
                f"Somebody has moved {_named(order)} since: it is version {seen['version']}. "
                "Undo it by hand."
            )
        was = before["version"]
        says = f"Points {_named(order)} back to version {was}." if was else "Takes it away."
        return Planned(says, _setting(order, was))

    def happened(
        self, order: Order, before: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> bool | None:
        if seen["version"] == _wanted(order, before):
            return True
        return False if seen["version"] == before["version"] else None

    def perform(self, target: Target, sending: Sending, key: str) -> str:
        answer = _api(target).send(sending)
        return f"HTTP {answer.status}"


def _api(target: Target) -> Api:
    token = target.token.reveal()
    if ":" in token:
        scheme = f"Basic {base64.b64encode(token.encode()).decode()}"
    else:
        scheme = f"Bearer {token}"
    return Api(target, {"Authorization": scheme} if token else {})


def _model(order: Order) -> str:
    name = order.params.get("model", "")
    if not _NAME.fullmatch(name):
        raise RemedyError(f"“{name[:80]}” cannot be the name of a registered model.")
    return name


def _alias(order: Order) -> str:
    alias = order.params.get("alias") or "champion"
    if not _ALIAS.fullmatch(alias):
        raise RemedyError(f"“{alias[:80]}” cannot be an alias.")
    return alias


def _named(order: Order) -> str:
    return f"{_model(order)}@{_alias(order)}"


def _wanted(order: Order, seen: Mapping[str, Any]) -> int:
    text = order.params.get("version") or "previous"
    known = seen["versions"]
    if text != "previous":
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if number not in known:
            raise RemedyError(f"{_model(order)} has no version {text[:20]} that is ready.")
        return number
    earlier = [number for number in known if seen["version"] and number < seen["version"]]
    if not earlier:
        raise RemedyError(f"{_named(order)} has no version before the present one.")
    return int(earlier[-1])


def _setting(order: Order, version: int | None) -> Sending:
    body = {"name": _model(order), "alias": _alias(order)}
    if version is None:
        return Sending("DELETE", ALIAS, body)
    return Sending("POST", ALIAS, {**body, "version": str(version)})


def _versions(rows: list[Any]) -> list[int]:
    """Those that are ready to serve."""
    return [
        int(text)
        for row in rows
        if isinstance(row, Mapping)
        and row.get("status", "READY") == "READY"
        and (text := str(row.get("version", ""))).isdigit()
        and len(text) < 10
    ]


REMEDY = MLflow()
