"""Evidence on one burning incident of Larkmoor: samples, tries, counts, a report, checks, cases."""

from __future__ import annotations

import json
from datetime import timedelta

from aire_web.demo.past import people_by_handle
from core import clock
from core.actor import Actor, Via
from incidents.evidence import cases, services
from incidents.models import Incident
from incidents.services import attach_cause
from incidents.triage import services as triage

INCIDENT = "Assistant answers in the wrong language"
FAIR = "CV screening ranks women lower for workshop roles"
SAMPLES = (
    {
        "title": "A German question gets a French answer",
        "prompt": "Wo ist meine Bestellung? Ich bin jonas.weber@example.org, Tel. +49 30 5550102.",
        "context": ["Earlier in this chat a mail was quoted: « Bonjour, votre colis est parti. »"],
        "answer": "Votre commande est en route et arrivera demain.",
        "wrong": "Answers in the language of the quoted mail",
        "expected": "Ihre Bestellung ist unterwegs und kommt morgen an.",
        "versions": {"prompt": "2025-38", "model": "2025-09"},
        "parameters": {"temperature": "0.2"},
        "seed": "7",
        "trace_ids": ["4bf92f3577b34da6a3ce929d0e0e4736"],
    },
    {
        "title": "A short thank-you changes the language",
        "prompt": "Merci! And where is my refund?",
        "answer": "Votre remboursement a été lancé hier.",
        "wrong": "One French word is taken for the language of the chat",
        "expected": "Your refund was started yesterday.",
        "versions": {"prompt": "2025-38", "model": "2025-09"},
        "seed": "7",
    },
)
CAUSE = "prompt.template-regression"
REPORT = {
    "overall": {"selection_rate": 0.31, "accuracy": 0.84, "count": 1_248},
    "by_group": {
        "selection_rate": {"women": 0.22, "men": 0.37, "not said": 0.33},
        "accuracy": {"women": 0.79, "men": 0.86, "not said": 0.85},
        "count": {"women": 511, "men": 719, "not said": 18},
    },
}


def write_evidence() -> int:
    """Answers how many samples."""
    people = people_by_handle()
    zoe, hana, diego = (Actor(people[name].name, Via.WEB, people[name].pk)
                        for name in ("zoe", "hana", "diego"))  # fmt: skip
    burning = Incident.objects.filter(title=INCIDENT).first()
    if burning is None:
        return 0
    pk = burning.pk
    services.add_samples(incident_id=pk, samples=SAMPLES, actor=zoe)
    services.add_reproduction(
        incident_id=pk, sample=1, k=17, n=20, settings="temperature 0.2, seed 7", actor=hana
    )
    services.add_reproduction(
        incident_id=pk, sample=1, k=0, n=20, settings="prompt 2025-37, seed 7", actor=hana
    )
    services.count_affected(
        incident_id=pk, what="answers", count=1_240, of=18_300, bound="about",
        basis="Language of question and answer compared in the log of the last hour", actor=hana,
    )  # fmt: skip
    services.count_affected(
        incident_id=pk, what="people", cohort="German chats with quoted mails", count=310, of=420,
        bound="least", basis="Chats with at least one wrong answer", actor=hana,
    )  # fmt: skip
    attached = attach_cause(
        incident_id=pk, cause=CAUSE, explains="The new prompt reads quoted mails.", actor=zoe
    )
    triage.add_finding(
        incident_id=pk, cause_id=attached.pk, stance="for", sample=1, actor=hana,
        text="With the prompt before it, the same question fails 0 of 20 times.",
    )  # fmt: skip
    triage.tick_check(incident_id=pk, item="prompt/diff", found="2025-38 adds one line", actor=zoe)
    began = burning.onset_at or burning.opened_at
    triage.estimate_onset(
        incident_id=pk, earliest=began - timedelta(minutes=20), likeliest=began,
        latest=min(began + timedelta(minutes=10), clock.now()),
        basis="Language check of logged answers", actor=hana,
    )  # fmt: skip
    cases.make_case(incident_id=pk, number=1, case=True, actor=hana)
    _pipeline(burning, hana)
    unfair = Incident.objects.filter(title=FAIR).first()
    if unfair is not None:
        services.attach_report(incident_id=unfair.pk, name="Selection by gender", actor=diego,
                               data=json.dumps(REPORT).encode())  # fmt: skip
    return len(SAMPLES)


def _pipeline(incident: Incident, hana: Actor) -> None:
    """The case has not passed yet: the mend is not in."""
    user = people_by_handle()["hana"]
    cases.take_results(
        user=user, system=incident.systems.get(slug="support-assistant"), commit="9f2c1e7ab04d",
        results=[{"case": f"{incident.ref}/1", "passed": False, "score": 0.15,
                  "detail": "Answered in French"}],
        ran_at=clock.now() - timedelta(minutes=6), actor=hana,
    )  # fmt: skip
