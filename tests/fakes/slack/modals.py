"""views.*: modals by trigger (three seconds, once, three deep) and home tabs."""

from __future__ import annotations

import json
import time
from uuid import uuid4

from tests.fakes.slack.limits import wrong_view
from tests.fakes.slack.methods import method
from tests.fakes.slack.world import Answer, Arguments, View, World, error


@method("views.open", tier=4)
def open_view(slack: World, arguments: Arguments) -> Answer:
    return _place(slack, arguments, over=None)


@method("views.push", tier=4)
def push(slack: World, arguments: Arguments) -> Answer:
    user = _trigger_user(slack, arguments)
    below = [view for view in slack.views.values() if view.user == user]
    if len(below) >= 3:
        return error("push_limit_reached")
    return _place(slack, arguments, over=below[-1] if below else None)


@method("views.update", tier=4)
def update(slack: World, arguments: Arguments) -> Answer:
    wanted = _view(arguments)
    view = slack.views.get(str(arguments.get("view_id") or ""))
    if view is None and arguments.get("external_id"):
        named = arguments["external_id"]
        view = next((v for v in slack.views.values() if v.body.get("external_id") == named), None)
    if view is None:
        return error("not_found")
    if arguments.get("hash") and arguments["hash"] != view.hash:
        return error("hash_conflict")
    if problem := wrong_view(wanted):
        return _invalid(problem)
    view.history.append(view.body)
    view.body, view.hash = wanted, uuid4().hex
    return {"ok": True, "view": view.told()}


@method("views.publish", tier=4)
def publish(slack: World, arguments: Arguments) -> Answer:
    wanted, user = _view(arguments), str(arguments.get("user_id") or "")
    if slack.member(user) is None:
        return error("user_not_found")
    if problem := wrong_view(wanted):
        return _invalid(problem)
    shown = slack.homes.get(user)
    if arguments.get("hash") and shown and arguments["hash"] != shown.hash:
        return error("hash_conflict")
    history = [*shown.history, shown.body] if shown else []
    view = View(f"V{uuid4().hex[:8]}", user, wanted, hash=uuid4().hex, history=history)
    slack.homes[user] = view
    return {"ok": True, "view": view.told()}


def _trigger_user(slack: World, arguments: Arguments) -> str:
    trigger = slack.triggers.get(str(arguments.get("trigger_id") or ""))
    return trigger.user if trigger else ""


def _place(slack: World, arguments: Arguments, *, over: View | None) -> Answer:
    trigger = slack.triggers.get(str(arguments.get("trigger_id") or ""))
    if trigger is None:
        return error("invalid_trigger_id")
    if trigger.used:
        return error("exchanged_trigger_id")
    if time.monotonic() - trigger.made > slack.trigger_seconds:
        return error("expired_trigger_id")
    wanted = _view(arguments)
    if problem := wrong_view(wanted):
        return _invalid(problem)
    named = wanted.get("external_id")
    if named and any(view.body.get("external_id") == named for view in slack.views.values()):
        return _invalid("duplicate_external_id")
    trigger.used = True
    view = View(f"V{uuid4().hex[:8]}", trigger.user, wanted, hash=uuid4().hex)
    view.root = over.root or over.id if over else view.id
    slack.views[view.id] = view
    return {"ok": True, "view": view.told()}


def _view(arguments: Arguments) -> dict[str, object]:
    view = arguments.get("view")
    view = json.loads(view) if isinstance(view, str) else view
    return view if isinstance(view, dict) else {}


def _invalid(problem: str) -> Answer:
    if problem == "view_too_large":
        return error("view_too_large")
    return error("invalid_arguments", response_metadata={"messages": [f"[ERROR] {problem}"]})
