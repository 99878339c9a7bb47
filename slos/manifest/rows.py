"""From OpenSLO documents to rows and back: what was made in AIRE is composed, what came as a
document goes out as it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.models import System
from catalog.services import save_system
from core.actor import Actor
from core.errors import Invalid
from slos.manifest.judges import judges_of, written_rates
from slos.models import DataSource, OpenSloDocument, Sli, Slo
from slos.openslo.composing import sli_document, slo_document
from slos.openslo.documents import Finding, OpenSlo
from slos.openslo.meaning import SliMeaning, SloMeaning, slug_of, understand
from slos.plans import definition_of
from slos.services import delete_slo, save_sli, save_slo

SYSTEM = "aire/system"
SYSTEM_KIND = "aire/kind"


def stored_documents() -> dict[tuple[str, str], OpenSlo]:
    rows = OpenSloDocument.objects.all()
    return {(row.kind, row.name): OpenSlo(row.body) for row in rows}


def keep_document(document: OpenSlo) -> OpenSloDocument:
    row, _ = OpenSloDocument.objects.update_or_create(
        kind=document.kind,
        name=document.name,
        defaults={"display_name": document.display_name[:120], "body": dict(document.body)},
    )
    return row


def system_of(service: str) -> System | None:
    """The system that a Service names: by its annotation, or by its own name."""
    row = OpenSloDocument.objects.filter(kind="Service", name=service).first()
    slug = OpenSlo(row.body).annotations.get(SYSTEM, "") if row else ""
    return System.objects.filter(slug=slug or slug_of(service)).first()


def save_service(document: OpenSlo, *, actor: Actor) -> None:
    """A Service whose system is not in the catalog puts it there."""
    keep_document(document)
    if system_of(document.name) is None:
        save_system(
            slug=document.annotations.get(SYSTEM) or slug_of(document.name),
            name=document.display_name[:120],
            kind=document.annotations.get(SYSTEM_KIND, System.Kind.LLM),
            description=str(document.spec.get("description") or ""),
            actor=actor,
        )


def save_indicator(document: OpenSlo, *, actor: Actor) -> None:
    row = keep_document(document)
    for meaning in understand([document]).slis:
        sli = _indicator(meaning, slug=meaning.slug, system=None, op="", value=None, actor=actor)
        row.made = [{"sli": sli.slug}]
    row.save(update_fields=["made"])


def save_objectives(document: OpenSlo, *, actor: Actor) -> None:
    """All objectives of one SLO document; those that it no longer has are dropped."""
    row = keep_document(document)
    meaning = understand([document], others=stored_documents())
    _refuse(meaning.findings)
    made: list[dict[str, Any]] = []
    for wanted in meaning.slos:
        slo = _objective(wanted, actor=actor)
        made.append({"slo": slo.slug, "sli": slo.sli.slug, "version": slo.version})
    gone = {str(old.get("slo")) for old in row.made} - {str(new["slo"]) for new in made}
    for slo in Slo.objects.filter(slug__in=gone):
        delete_slo(slo=slo, actor=actor)
    row.made = made
    row.save(update_fields=["made"])


def save_dependents(*, actor: Actor) -> None:
    """After a policy or condition changed: every SLO document is read again."""
    for row in OpenSloDocument.objects.filter(kind="SLO"):
        save_objectives(OpenSlo(row.body), actor=actor)


def _refuse(findings: Iterable[Finding]) -> None:
    fatal = [finding.message for finding in findings if finding.fatal]
    if fatal:
        raise Invalid(" ".join(fatal[:3]))


def _objective(wanted: SloMeaning, *, actor: Actor) -> Slo:
    system = system_of(wanted.service)
    if system is None:
        sentence = f"The Service {wanted.service[:63]} names no system of the catalog."
        raise Invalid(sentence, errors={"service": [sentence]})
    sli = _indicator_of(wanted, system, actor)
    return save_slo(
        slug=wanted.slug,
        name=wanted.name,
        description=wanted.description,
        system=system,
        sli=sli,
        definition=wanted.definition,
        labels=wanted.labels,
        failure_class=wanted.failure_class,
        actor=actor,
    )


def _indicator_of(wanted: SloMeaning, system: System, actor: Actor) -> Sli:
    """The indicator that is named; one of its own where the objective holds the threshold."""
    meaning = wanted.sli
    if isinstance(meaning, str):
        named = Sli.objects.filter(slug=slug_of(meaning)).first()
        if named is None:
            sentence = f"There is no SLI {meaning[:63]}."
            raise Invalid(sentence, errors={"indicator_ref": [sentence]})
        if not wanted.op or wanted.value is None:
            return named
        document = stored_documents().get(("SLI", meaning))
        if document is None:
            return named
        meaning = understand([document]).slis[0]
    return _indicator(
        meaning, slug=wanted.slug, system=system, op=wanted.op, value=wanted.value, actor=actor
    )


def _indicator(
    meaning: SliMeaning,
    *,
    slug: str,
    system: System | None,
    op: str,
    value: float | None,
    actor: Actor,
) -> Sli:
    extras = meaning.extras
    judge = extras.get("evaluator", "")
    kind = Sli.Kind.THRESHOLD if meaning.is_threshold else Sli.Kind.RATIO
    held = bool(op) and value is not None and meaning.is_threshold
    return save_sli(
        slug=slug,
        name=(meaning.name or slug)[:120],
        description=meaning.description,
        system=system,
        kind=extras.get("kind") or (Sli.Kind.EVALUATED if judge else kind),
        unit_event=extras.get("unit-event") or "event",
        unit=extras.get("unit", ""),
        signal=extras.get("signal", ""),
        query=meaning.query,
        op=op if held else "",
        value=value if held else None,
        sample_rate=_rate(extras.get("sample-rate")),
        data_source=DataSource.objects.filter(slug=slug_of(meaning.data_source)).first()
        if meaning.data_source
        else None,
        library=extras.get("library", ""),
        labels=meaning.labels,
        evaluators=judges_of(extras, slug=slug),
        actor=actor,
    )


def _rate(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        sentence = "aire/sample-rate is not a number."
        raise Invalid(sentence, errors={"sample_rate": [sentence]}) from None


# -- rows as documents -----------------------------------------------------------------------


def objective_documents() -> list[OpenSlo]:
    """Every objective: as it came, or composed where it was made or changed in AIRE since."""
    slos = {
        slo.slug: slo
        for slo in Slo.objects.select_related("system", "sli", "series").order_by("slug")
    }
    found: list[OpenSlo] = []
    told: set[str] = set()
    for row in OpenSloDocument.objects.filter(kind="SLO"):
        made = {str(one["slo"]): one["version"] for one in row.made}
        if all(slug in slos and slos[slug].version == made[slug] for slug in made):
            found.append(OpenSlo(row.body))
            told |= made.keys()
    return found + [
        slo_document(slo_meaning(slo)) for slug, slo in slos.items() if slug not in told
    ]


def indicator_documents() -> list[OpenSlo]:
    """Those that came as documents, and those that no document holds."""
    rows = list(OpenSloDocument.objects.filter(kind__in=["SLI", "SLO"]))
    held = {str(one["sli"]) for row in rows for one in row.made if one.get("sli")}
    held -= _composed_needs(rows)
    composed = [
        sli_document(sli_meaning(sli))
        for sli in Sli.objects.select_related("data_source")
        .prefetch_related("evaluators")
        .order_by("slug")
        if sli.slug not in held
    ]
    return [OpenSlo(row.body) for row in rows if row.kind == "SLI"] + composed


def _composed_needs(rows: Iterable[OpenSloDocument]) -> set[str]:
    """Inline indicators whose objective was changed since: it is composed and names them."""
    versions = dict(Slo.objects.values_list("slug", "version"))
    own = {str(one["sli"]) for row in rows if row.kind == "SLI" for one in row.made}
    return {
        str(one["sli"])
        for row in rows
        if row.kind == "SLO"
        for one in row.made
        if any(versions.get(str(other["slo"])) != other["version"] for other in row.made)
    } - own


def slo_meaning(slo: Slo) -> SloMeaning:
    return SloMeaning(
        slug=slo.slug,
        name=slo.name,
        description=slo.description,
        service=slo.system.slug,
        sli=slo.sli.slug,
        op=slo.sli.op,
        value=slo.sli.value,
        definition=definition_of(slo),
        labels=slo.labels,
        document="",
        failure_class=slo.failure_class,
    )


def sli_meaning(sli: Sli) -> SliMeaning:
    extras = {
        "kind": sli.kind if sli.kind == Sli.Kind.EVALUATED else "",
        "unit-event": "" if sli.unit_event == "event" else sli.unit_event,
        "unit": sli.unit,
        "signal": sli.signal,
        "evaluator": sli.evaluator,
        "judge-rates": written_rates(sli),
        "library": sli.library,
        "sample-rate": "" if sli.sample_rate == 1 else repr(sli.sample_rate),
    }
    query: Mapping[str, Any] = sli.query
    if sli.op and "metric" not in query:
        query = {"metric": {"type": "aire", "spec": {"signal": sli.signal or sli.slug}}}
    return SliMeaning(
        slug=sli.slug,
        name=sli.name,
        description=sli.description,
        query=query,
        data_source=sli.data_source.slug if sli.data_source else "",
        labels=sli.labels,
        extras={name: text for name, text in extras.items() if text},
    )
