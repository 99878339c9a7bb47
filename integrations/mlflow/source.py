"""Reads MLflow's webhooks: what happens in its registry are changes; a spent budget is an alert."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import ChangeSeen, change_seen
from alerts.reading import (
    Notes,
    condition_key,
    inner,
    load_object,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
    word_of,
)
from alerts.signals import Action, Reading, Severity, Signal, Unreadable

_KINDS = {
    "registered_model": "model",
    "model_version": "model",
    "model_version_alias": "model",
    "prompt": "prompt",
    "prompt_version": "prompt",
    "prompt_alias": "prompt",
}
_TAGS = frozenset({"model_version_tag", "registered_model_tag", "prompt_tag", "prompt_version_tag"})
_EXAMPLES = frozenset({"example_model", "example_prompt"})
_EXAMPLE_BUDGET = "bp-abc123"


class MLflow:
    """The format `mlflow`."""

    name = "mlflow"
    title = "MLflow"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """A change or a budget's alert. Repeats of a delivery carry the same time, and are the
        same change. A test delivery of MLflow looks like a real event of an example."""
        document, notes = load_object(body, "MLflow webhook")
        entity, action = word_of(document.get("entity")), word_of(document.get("action"))
        data = inner(document, "data")
        if not entity or not data:
            raise Unreadable("This is no MLflow webhook: it has no entity or no data.")
        at = read_time(document.get("timestamp"), notes, name="timestamp", now=received_at(options))
        if entity == "budget_policy":
            return Reading((_budget(data, notes, at, received_at(options)),), notes.sentences())
        if entity in _TAGS:
            notes.add(f"A tag of {one_line(data.get('name'), 80)} was {action}: no change.")
            return Reading((), notes.sentences())
        if entity not in _KINDS:
            raise Unreadable(f"The MLflow event {entity}.{action} is not read.")
        if data.get("name") in _EXAMPLES:
            notes.add("This is MLflow's test delivery.")
            return Reading((), notes.sentences())
        change = _change(entity, action, data, at)
        return Reading((), notes.sentences(), measured=(change,))

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The call that makes the webhook, and the server's settings that allow it."""
        return dedent(
            f"""\
            # On the MLflow server, where AIRE has a private address (and http without TLS):
            #   MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true
            #   MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http,https
            # Then once, in Python. Write the secret into "Signing secret" of this source too.
            from mlflow import MlflowClient
            MlflowClient().create_webhook(
                name="aire",
                url={json.dumps(url)},
                events=[
                    "registered_model.created", "model_version.created",
                    "model_version_alias.created", "model_version_alias.deleted",
                    "prompt.created", "prompt_version.created",
                    "prompt_alias.created", "prompt_alias.deleted",
                    "budget_policy.exceeded",
                ],
                secret="choose-a-long-secret",
            )
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A budget is spent: the one alert that MLflow sends."""
        document = {
            "entity": "budget_policy",
            "action": "exceeded",
            "timestamp": now.isoformat(),
            "data": {
                "budget_policy_id": f"bp-{now:%Y%m%d%H%M%S}",
                "budget_unit": "USD",
                "budget_amount": 250.0,
                "current_spend": 263.42,
                "duration_unit": "DAYS",
                "duration_value": 1,
                "target_scope": "WORKSPACE",
                "workspace": system,
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _change(
    entity: str, action: str, data: Mapping[str, object], at: datetime | None
) -> ChangeSeen:
    kind = _KINDS[entity]
    name = one_line(data.get("name"), 200)
    version = one_line(data.get("version"), 60)
    alias = one_line(data.get("alias"), 80)
    if alias and action == "deleted":
        summary = f"{kind.capitalize()} {name}: the alias {alias} was taken away"
    elif alias:
        summary = f"{kind.capitalize()} {name}: {alias} is now version {version}"
    elif version:
        summary = f"{kind.capitalize()} {name} version {version} {action}"
    else:
        summary = f"{kind.capitalize()} {name} {action}"
    remark = one_line(data.get("description"), 300)
    tags = inner(data, "tags")
    return change_seen(
        kind,
        f"{summary} ({remark})" if remark else summary,
        tags.get("system"),
        name,
        version=version,
        author=tags.get("author"),
        occurred_at=at,
        # A version that was registered runs nowhere yet; an alias that was set is what is loaded.
        took_effect=bool(alias) and action != "deleted",
    )


def _budget(data: Mapping[str, object], notes: Notes, at: datetime | None, now: datetime) -> Signal:
    policy = text_of(data.get("budget_policy_id")) or "unnamed"
    unit, amount = one_line(data.get("budget_unit"), 20), one_line(data.get("budget_amount"), 40)
    spent = one_line(data.get("current_spend"), 40)
    workspace = one_line(data.get("workspace"), 120)
    window = f"{one_line(data.get('duration_value'), 20)} {word_of(data.get('duration_unit'))}"
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key("budget", policy),
        title=one_line(
            f"The budget of {workspace or 'MLflow'} is spent: {spent} of {amount} {unit}"
        ),
        severity=Severity.SEV2,
        labels=read_labels(
            {
                "alertname": "BudgetExceeded",
                "budget_policy": policy,
                "workspace": workspace,
                "service": data.get("target_value") or workspace,
                "scope": data.get("target_scope"),
            },
            notes,
        ),
        annotations=read_annotations(
            {"budget": f"{amount} {unit}", "spent": spent, "window": window}, notes
        ),
        starts_at=read_time(data.get("window_start"), notes, name="window_start", now=now),
        occurred_at=at,
        is_test=policy == _EXAMPLE_BUDGET,
    )


FORMAT = MLflow()
