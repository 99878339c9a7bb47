"""From a step to its remedy: what stands there, what would be sent, sending it. Calls out; must not
be called inside a transaction."""

from __future__ import annotations

from typing import Any

from core import clock
from core.errors import AireError
from core.secrets import SecretUnreadable
from playbooks.models import Connection, RunStep
from playbooks.remedies import Order, Planned, Remedy, RemedyError, Target, act_of, remedies
from playbooks.services.connections import target_of
from playbooks.services.playbooks import refused_scope


def planned(step: RunStep) -> tuple[dict[str, Any], Planned]:
    """What stands there now, and exactly what would be sent. Raises `RemedyError`."""
    remedy, target, order = _ready(step)
    seen = _look(step, remedy, target, order)
    return seen, remedy.plan(target, order, seen)


def taken_back(step: RunStep) -> tuple[dict[str, Any], Planned]:
    """The same for a step that takes another one back."""
    remedy, target, order = _ready(step)
    assert step.undoes is not None
    seen = _look(step, remedy, target, order)
    return seen, remedy.undo(target, order, step.undoes.before or {}, seen)


def send(step: RunStep, plan: Planned) -> str:
    """Send it; answers what was answered. Raises `RemedyError` or `Uncertain`."""
    remedy, target, _ = _ready(step)
    answer = remedy.perform(target, plan.sending, str(step.key))
    _note(step.connection, "")
    return answer


def found_out(step: RunStep) -> bool | None:
    """Whether a step whose answer was lost was carried out; None where that cannot be told."""
    forward = step.undoes or step
    try:
        remedy, target, order = _ready(step)
        seen = remedy.look(target, order)
        happened = remedy.happened(order, forward.before or {}, seen)
    except (AireError, KeyError, TypeError):
        return None
    return (not happened) if step.undoes and happened is not None else happened


def _look(step: RunStep, remedy: Remedy, target: Target, order: Order) -> dict[str, Any]:
    try:
        return remedy.look(target, order)
    except RemedyError as error:
        _note(step.connection, error.message)
        raise


def _note(connection: Connection | None, error: str) -> None:
    """When it answered last, and what was wrong last."""
    if connection is None:
        return
    now = clock.now()
    told = {"last_error": error, "last_error_at": now} if error else {
        "last_ok_at": now, "last_error": "", "last_error_at": None
    }  # fmt: skip
    Connection.objects.filter(pk=connection.pk).update(**told)


def _ready(step: RunStep) -> tuple[Remedy, Target, Order]:
    """Raises `RemedyError` where the connection may not be used for this any more."""
    connection = step.connection
    remedy = remedies.get(connection.kind) if connection else None
    if connection is None or remedy is None:
        raise RemedyError(f"There is no connection {step.definition.get('connection')}.")
    if not connection.enabled:
        raise RemedyError(f"{connection.name} is switched off. Switch it on in the settings.")
    order = order_of(step)
    act = act_of(remedy, order.action)
    if act is None:
        raise RemedyError(f"{connection.name} cannot do {order.action}.")
    if refused := refused_scope(connection, act.scope, order.params):
        raise RemedyError(refused)
    filled = {one.name: order.params.get(one.name) or one.default for one in act.fields}
    try:
        target = target_of(connection)
        target.token.reveal(), target.secret.reveal()
    except SecretUnreadable as error:
        raise RemedyError(f"{error.message} Enter it again.") from error
    return remedy, target, Order(order.action, filled, order.key, order.about)


def order_of(step: RunStep) -> Order:
    """What the step wants; `{incident}` and `{run}` in its parameters are filled in."""
    run = step.run
    names = {"{incident}": run.incident.ref, "{run}": run.ref}
    params = {}
    for name, value in dict(step.definition.get("with", {})).items():
        for mark, text in names.items():
            value = str(value).replace(mark, text)
        params[str(name)] = value
    return Order(
        action=str(step.definition.get("action", "")),
        params=params,
        key=str(step.key),
        about={"run": run.ref, "step": step.name, "incident": run.incident.ref},
    )
