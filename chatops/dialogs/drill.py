"""Starting a drill: which failure, on which system."""

from __future__ import annotations

from accounts.models import User
from catalog.models import System
from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.presses import drill_end
from chatops.saying import said
from chatops.surface import (
    Block,
    Buttons,
    Choice,
    Context,
    Field,
    FieldValue,
    Form,
    FormErrors,
    Link,
    Reply,
    Text,
    When,
)
from incidents.drills.scenario import scenarios
from incidents.drills.selectors import running_drills, suitable_systems
from incidents.drills.services import start_drill

MAX_RUNNING = 5
CONSEQUENCE = "It pages whoever a real failure would page, marked as a drill everywhere."
FIELDS = (
    Field(
        "scenario",
        "What fails",
        "choice",
        options=tuple(Choice(one.name, one.title) for one in scenarios().values()),
    ),
    Field("system", "System", "system"),
)


def opens(call: Call) -> Form:
    initial: dict[str, FieldValue] = {}
    shown: dict[str, tuple[Choice, ...]] = {}
    if (name := call.words.get("scenario", "").lower()) in scenarios():
        initial["scenario"] = name
    if slug := call.words.get("system"):
        system = _system(call.asker, slug)
        if system is not None:
            initial["system"] = system.slug
            shown["system"] = (Choice(system.slug, system.name),)
    blocks = (Text((CONSEQUENCE,)), *_running(call.asker))
    return form_of(DIALOG, call, initial=initial, shown=shown, blocks=blocks)


def takes(filled: Filled) -> Reply | FormErrors:
    scenario = scenarios()[filled.values.text("scenario")]
    system = _system(filled.asker, filled.values.text("system"))
    if system is None:
        return FormErrors({"system": "There is no such system."})
    suitable = list(suitable_systems(filled.asker, scenario))
    if system not in suitable:
        names = ", ".join(one.name for one in suitable[:5])
        instead = f" It can happen to: {names}." if names else ""
        return FormErrors({"system": f"This failure cannot happen to {system.name}.{instead}"})
    drill = start_drill(name=scenario.name, system=system, actor=filled.actor)
    link = Link("Watch it, and see the score", f"/incidents/drills/{drill.pk}/")
    sentence = f"The drill “{scenario.title}” runs on {system.name}."
    return said(sentence, Context((f"{CONSEQUENCE} ", link)), Buttons((drill_end.button(drill),)))


def _running(asker: User) -> tuple[Block, ...]:
    """What has to end first: a system has one drill at a time."""
    return tuple(
        Text((
            Link(scenarios()[drill.scenario].title, f"/incidents/drills/{drill.pk}/"),
            f" runs on {drill.system.name} since ",
            When(drill.started_at, "time"),
            ".",
        ))
        for drill in running_drills(asker)[:MAX_RUNNING]
    )  # fmt: skip


def _system(asker: User, slug: str) -> System | None:
    return System.objects.visible_to(asker).filter(slug=slug).first()


DIALOG = Dialog(
    "drill", "Start a drill", "Start the drill", FIELDS, opens, takes, about_incident=False
)
