"""Cards in Slack: how soon they show a change, and what a storm of changes makes of them."""

from __future__ import annotations

import re
import time
from typing import Any

from bench.program import Program
from bench.report import Result, at_most, percentile
from tests.fakes.slack import FakeSlack

CHANGES = 10
EVERY_SECONDS = 4.0
STORM = 1_000
STORM_SECONDS = 60.0
DRAIN_SECONDS = 20.0
CHANNEL = "C0000001"

PREPARE = f"""
from core.actor import program
from incidents.services import open_incident
from integrations.slack.channels.services import save_announcement
actor = program("bench")
save_announcement(slug="bench", channel="{CHANNEL}", actor=actor)
incident = open_incident(title="Change 0", severity="sev2", actor=actor, page=False)
print("\\n" + str(incident.pk))
"""
SLOWLY = """
import json, time
from core.actor import program
from incidents.services import edit_incident
at = []
for number in range(1, {changes} + 1):
    edit_incident(incident_id={pk}, title=f"Change {{number}}", actor=program("bench"))
    at.append(time.time())
    time.sleep({every})
print("\\n" + json.dumps(at))
"""
STORMING = """
import time
from core.actor import program
from incidents.services import change_severity, transition_incident
actor = program("bench")
began = time.monotonic()
for number in range({storm} - 1):
    change_severity(incident_id={pk}, severity=f"sev{{number % 2 + 1}}", actor=actor)
    wait = began + (number + 1) * {seconds} / {storm} - time.monotonic()
    if wait > 0:
        time.sleep(wait)
transition_incident(incident_id={pk}, to="resolved", actor=actor)
print("\\n" + str(time.monotonic() - began))
"""


class TimedSlack(FakeSlack):
    """Notes when each call came."""

    def __init__(self) -> None:
        super().__init__()
        self.timed: list[tuple[float, str, dict[str, Any]]] = []

    def answer(self, method: str, arguments: dict[str, Any], token: str) -> Any:
        self.timed.append((time.time(), method, arguments))
        return super().answer(method, arguments, token)

    def edits(self, since: float) -> dict[str, int]:
        """How many edits each message got in its busiest minute: on a machine that is busy with
        other things the storm may take longer than one."""
        at: dict[str, list[float]] = {}
        for moment, method, arguments in list(self.timed):
            if method == "chat.update" and moment >= since:
                at.setdefault(str(arguments.get("ts")), []).append(moment)
        return {
            ts: max(sum(1 for other in moments if 0 <= other - one < 60) for one in moments)
            for ts, moments in at.items()
        }


def run() -> Result:
    result = Result("slack_cards", "Cards in Slack")
    with TimedSlack() as slack:
        slack.channels.add(CHANNEL)
        with Program(env=slack.environment()) as program:
            pk = program.told(PREPARE)
            _slowly(result, program, slack, pk)
            _storm(result, program, slack, pk)
    result.notes.append(
        "Against a Slack that keeps to its documented rates (fifty edits a minute, a post a second "
        "and channel). From the commit of a change until Slack has the edit."
    )
    return result


def _slowly(result: Result, program: Program, slack: TimedSlack, pk: int) -> None:
    _wait(slack, "Change 0")
    code = SLOWLY.format(changes=CHANGES, every=EVERY_SECONDS, pk=pk)
    changed = program.told(code)
    _wait(slack, f"Change {CHANGES}")
    took = [_shown(slack, number) - at for number, at in enumerate(changed, start=1)]
    result.add("shown p50", f"{percentile(took, 0.5):.2f} s")
    at_most(result, "shown, the slowest", max(took), 5, "s")


def _storm(result: Result, program: Program, slack: TimedSlack, pk: int) -> None:
    began = time.time()
    seconds = program.told(STORMING.format(storm=STORM, seconds=STORM_SECONDS, pk=pk))
    time.sleep(DRAIN_SECONDS)
    edits = slack.edits(began)
    cards = [post for post in slack.posts if post.ts in edits]
    result.add("changes", f"{STORM:,} in {seconds:.0f} s")
    result.add("cards of the incident", str(len(cards)))
    at_most(result, "edits of one card in a minute", float(max(edits.values())), 30, "")
    written = sum(at >= began and method == "chat.postMessage" for at, method, _ in slack.timed)
    at_most(result, "messages that the storm writes into its channel", float(written), 20, "")
    true = all("Resolved" in post.text for post in cards)
    result.add("end on the true state", "yes" if true else "no", "yes", true)


def _shown(slack: TimedSlack, number: int) -> float:
    """When a message first said this change or a later one."""
    for at, method, arguments in list(slack.timed):
        found = re.search(r"Change (\d+)", str(arguments.get("text")))
        if method in ("chat.update", "chat.postMessage") and found and int(found[1]) >= number:
            return at
    raise RuntimeError(f"Change {number} was never shown")


def _wait(slack: TimedSlack, words: str) -> None:
    deadline = time.monotonic() + 60
    while not any(words in post.text for post in slack.posts_to(CHANNEL)):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{words!r} did not come")
        time.sleep(0.05)
