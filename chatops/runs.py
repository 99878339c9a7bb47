"""How playbooks and their runs look in chat, and what their buttons do."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import User
from chatops.saying import said
from chatops.surface import Block, Bold, Button, Buttons, Confirm, Context, Link, Reply, Row, Text
from core.actor import Actor
from incidents.models import Incident
from playbooks import services
from playbooks.models import PlaybookRun
from playbooks.selectors import RunPage, page_of, playbook_for, proposals, run_page, runs_of

SHOWN = 5


def runs_and_proposals(incident: Incident, asker: User) -> Reply:
    """What fits the incident, and what was run for it."""
    fitting, runs = proposals(asker, incident)[:SHOWN], runs_of(asker, incident)[:SHOWN]
    if not fitting and not runs:
        return said(f"No playbook fits {incident.ref} as far as its causes are known.",
                    about=incident)  # fmt: skip
    rows: list[Block] = [
        Row(
            (Bold(one.playbook.name), f" – {'; '.join(one.fit.because)}"),
            Button("playbook-plan", "Plan", value=f"{incident.ref} {one.playbook.slug}"),
        )
        for one in fitting
    ]
    for run in runs:
        rows.extend(_blocks(page_of(asker, run)))
    return said(f"What can be done about {incident.ref}:", *rows, about=incident)


def plan_now(incident: Incident, slug: str, asker: User, actor: Actor) -> Reply:
    playbook = playbook_for(asker, slug)
    run = services.start_run(playbook_id=playbook.pk, incident_id=incident.pk, actor=actor)
    link = Link(run.ref, reverse("playbooks:run", args=[run.ref]))
    begin = Button("playbook-begin", "Run it", value=run.ref, style="primary", confirm=_SURE)
    return said(
        f"{playbook.name} is being planned for {incident.ref}. Nothing is sent yet.",
        Context(("Exactly what would be sent: ", link)),
        Buttons((begin,)),
        about=incident,
    )


def told(run: PlaybookRun, asker: User) -> Reply:
    """How a run stands, with the buttons that its reader has."""
    page = run_page(asker, run.ref)
    incident = page.run.incident
    return said(f"{page.run.playbook.name}: {page.label.lower()}.", *_blocks(page), about=incident)


def _blocks(page: RunPage) -> list[Block]:
    run = page.run
    link = Link(run.ref, reverse("playbooks:run", args=[run.ref]))
    more = f" {run.said}" if run.said else ""
    blocks: list[Block] = [Text((link, f" {run.playbook.name}: {page.label}.{more[:600]}"))]
    blocks += [Context((f"{step.says or step.name}",)) for step in page.steps[:SHOWN] if step.says]
    if open_step := page.open_step:
        blocks.append(Text((Bold(open_step.name),)))
    if asked := _asked(page):
        blocks.append(Buttons(asked))
    return blocks


def _asked(page: RunPage) -> tuple[Button, ...]:
    """The buttons for what the run waits for; those about a step name it behind the run."""
    ref = page.run.ref
    if page.may_answer:
        return (
            Button("playbook-approve", "Approve", value=ref, style="primary"),
            Button("playbook-refuse", "Refuse", value=ref, style="danger"),
        )
    if page.may_begin:
        return (Button("playbook-begin", "Run it", value=ref, style="primary", confirm=_SURE),)
    if step := page.open_step:
        return (
            Button("playbook-fine", "Looked, go on", value=f"{ref} {step.pk}", style="primary"),
            Button("playbook-not-fine", "Do not go on", value=f"{ref} {step.pk}"),
        )
    found: tuple[Button, ...] = ()
    if page.may_settle and (step := page.uncertain_step):
        found += (
            Button("playbook-happened", "It was carried out", value=f"{ref} {step.pk}"),
            Button("playbook-not-happened", "It was not", value=f"{ref} {step.pk}"),
        )
    if page.may_confirm:
        found += (Button("playbook-helped", "It helped", value=ref, style="primary"),)
    if page.may_undo:
        found += (Button("playbook-undo", "Undo", value=ref, style="danger", confirm=_BACK),)
    return found


_SURE = Confirm("Run it", "It sends what its page shows, as soon as enough people agree.", "Run")
_BACK = Confirm("Undo", "It takes back what was sent, the last step first.", "Undo")
