"""What reports ask for: the superset of fields over all duties, and the AI Incident Database's.

Pure. The superset covers drafts for Article 73, GDPR 33, SB 53 and the OECD's common framework; a
rule names the ones that it asks for. `problems` says what is missing or too long in a draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.urls import safe_href

Kind = Literal["line", "text", "choice"]
MAX_LINE = 500
MAX_TEXT = 50_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """`shortest` and `longest` are characters; `required` for sending, never for saving."""

    key: str
    label: str
    kind: Kind = "line"
    required: bool = False
    shortest: int = 0
    longest: int = 0
    choices: tuple[str, ...] = ()
    holds: Literal["", "date", "url"] = ""
    help: str = ""

    @property
    def most(self) -> int:
        return self.longest or (MAX_TEXT if self.kind == "text" else MAX_LINE)


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    fields: tuple[Field, ...]


AUTHORITY: tuple[Group, ...] = (
    Group(
        "Who reports",
        (
            Field("reporter_name", "Reporter"),
            Field("reporter_role", "Role of the reporter", help="Provider, deployer, controller …"),
            Field("reporter_contact", "Contact"),
            Field("provider", "Provider"),
            Field("deployer", "Deployer"),
            Field("authorised_representative", "Authorised representative"),
            Field("registration_id", "Registration number"),
        ),
    ),
    Group(
        "The system",
        (
            Field("system_name", "System"),
            Field("system_version", "Version"),
            Field("eu_database_id", "Number in the EU database"),
            Field("risk_class", "Risk class"),
            Field("intended_purpose", "Intended purpose", "text"),
            Field("models", "Models in it", "text"),
        ),
    ),
    Group(
        "When and where",
        (
            Field("places", "Places"),
            Field("member_states", "Member states"),
            Field("occurred_from", "Happened from"),
            Field("occurred_to", "Happened until"),
            Field("detected_at", "Detected"),
            Field("aware_at", "Aware"),
        ),
    ),
    Group(
        "What happened",
        (
            Field("narrative", "What happened", "text"),
            Field("why_reportable", "Why it is reportable", "text"),
            Field("harm_types", "Kinds of harm", "text"),
            Field("severity", "Severity"),
            Field("reversible", "Reversible", "choice", choices=("yes", "no", "partly", "unknown")),
            Field("persons_affected", "People affected, how many"),
            Field("persons_categories", "People affected, which", "text"),
            Field("vulnerable_groups", "Vulnerable groups", "text"),
            Field("property_environment", "Property and environment", "text"),
            Field("fundamental_right", "Fundamental right concerned"),
            Field(
                "causal_link",
                "Causal link to the system",
                "choice",
                choices=("established", "likely", "suspected"),
            ),
            Field("data_categories", "Categories of data", "text"),
            Field("record_count", "Records concerned, how many"),
            Field("internal_use", "Internal use of a model", "choice", choices=("yes", "no")),
        ),
    ),
    Group(
        "What was done",
        (
            Field("containment", "Containment, with dates", "text"),
            Field("corrective_actions", "Corrective actions, with dates", "text"),
            Field("persons_informed", "Users and people informed", "text"),
            Field("other_authorities", "Other authorities informed", "text"),
            Field("evidence_preserved", "Evidence preserved", "text"),
            Field("preliminary_cause", "Cause, preliminary", "text"),
            Field("final_cause", "Cause, final", "text"),
            Field("recurrence_prevention", "Keeping it from happening again", "text"),
            Field("attachments", "Attachments", "text"),
        ),
    ),
)

AIID: tuple[Group, ...] = (
    Group(
        "The published report",
        (
            Field("title", "Title of the report", required=True, shortest=6, longest=500),
            Field("url", "Address of the report", required=True, holds="url", longest=2000),
            Field("source_domain", "Domain of the source"),
            Field("authors", "Authors", required=True),
            Field("submitters", "Submitters"),
            Field("date_published", "Published on", required=True, holds="date"),
            Field("date_downloaded", "Downloaded on", required=True, holds="date"),
            Field("text", "Text of the report", "text", required=True),
            Field("image_url", "Address of an image", holds="url", longest=2000),
            Field("language", "Language", required=True, help="For example en"),
            Field("tags", "Tags", help="Separated by commas"),
        ),
    ),
    Group(
        "The incident",
        (
            Field("incident_date", "Date of the incident", required=True, holds="date"),
            Field("incident_title", "Title of the incident", longest=500),
            Field("description", "Description", "text", required=True, shortest=3, longest=500),
            Field("developers", "Developers", required=True, help="Separated by commas"),
            Field("deployers", "Deployers", required=True, help="Separated by commas"),
            Field("harmed_parties", "Harmed parties", required=True, help="Separated by commas"),
            Field("implicated_systems", "Implicated systems", help="Separated by commas"),
            Field("editor_notes", "Notes for the editors", "text"),
            Field("incident_ids", "Known incident numbers", help="Where it is listed already"),
        ),
    ),
)
FORMS: Mapping[str, tuple[Group, ...]] = {"authority": AUTHORITY, "aiid": AIID}
LISTS = ("authors", "submitters", "tags", "developers", "deployers", "harmed_parties",
         "implicated_systems")  # fmt: skip
"""Fields that the AI Incident Database takes as lists."""


def all_fields(form: str) -> list[Field]:
    return [field for group in FORMS[form] for field in group.fields]


def problems(form: str, values: Mapping[str, str], asked: Sequence[str] = ()) -> dict[str, str]:
    """What keeps a draft from being sent, by field, each as a sentence. `asked` are the fields
    that the rule asks for beside those that the form itself requires."""
    found = {}
    for field in all_fields(form):
        value = values.get(field.key, "").strip()
        if wrong := _wrong(field, value, field.required or field.key in asked):
            found[field.key] = wrong
    return found


def _wrong(field: Field, value: str, required: bool) -> str:
    if not value:
        return "Is missing." if required else ""
    if len(value) < field.shortest:
        return f"Needs at least {field.shortest} characters."
    if len(value) > field.most:
        return f"Has more than {field.most:,} characters."
    if field.choices and value not in field.choices:
        return f"Choose one of: {', '.join(field.choices)}."
    if field.holds == "date" and not _is_date(value):
        return "Write the date as 2026-11-21."
    if field.holds == "url" and safe_href(value) is None:
        return "Is not an address that can be linked."
    return ""


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False
