"""What people report of the assistant: of an incident, of what grows, and one that is odd."""

from __future__ import annotations

from datetime import timedelta

from aire_web.demo.past import people_by_handle
from catalog.models import System
from core import clock
from core.actor import Actor, Via
from incidents.models import Incident
from incidents.people_reports import clusters
from incidents.people_reports.services import Said, take_report

SYSTEM, VERSION = "support-assistant", "2025-38"
INCIDENT = "Assistant answers in the wrong language"
KNOWN = (
    "It answered me in French, I wrote in German",
    "Answered in French although I wrote in German",
    "I wrote in German and it answered in French",
    "Why does it answer in French? I wrote in German.",
)
GROWING = (
    ("It invented an order number that does not exist",
     "Your order LM-4471-0098 is on its way.", "Where is my order?"),
    ("The order number it invented does not exist",
     "I found order LM-2210-7734. Write to anna.lindqvist@example.org if it does not arrive.",
     "Has my parcel left?"),
)  # fmt: skip
ODD = ("It called me by my surname only", "Good day, Lindqvist.", "Hello")


def write_reports() -> int:
    """Answers how many."""
    system = System.objects.get(slug=SYSTEM)
    zoe = people_by_handle()["zoe"]
    actor = Actor(zoe.name, Via.WEB, zoe.pk)
    now = clock.now()

    def say(who: str, minutes: int, said: Said, *, alerted: bool = False) -> int:
        return take_report(
            system=system, said=said, via="form", reporter=who, alerted=alerted,
            actor=Actor("Public form", Via.LINK), at=now - timedelta(minutes=minutes),
        ).cluster_id  # fmt: skip

    cluster = 0
    for number, text in enumerate(KNOWN):
        # Alerted already: the demo's past pages nobody.
        said = Said(text, version=VERSION)
        cluster = say(f"customer {number}", 80 - 9 * number, said, alerted=True)
    incident = Incident.objects.filter(title=INCIDENT).first()
    if incident is not None:
        clusters.link_cluster(cluster_id=cluster, incident_id=incident.pk, actor=actor)
    for number, (text, answer, prompt) in enumerate(GROWING):
        trace = f"4bf92f3577b34da6a3ce929d0e0e473{number}"
        said = Said(text, answer, prompt, VERSION, trace, severity="sev2")
        say(f"buyer {number}", 25 - 11 * number, said)
    say("guest", 200, Said(*ODD, version="2025-37", severity="sev4"))
    return len(KNOWN) + len(GROWING) + 1
