"""Objectives on their way out: as OpenSLO with everything they name, or as rules for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from slos.manifest.kinds import OPENSLO_KINDS
from slos.manifest.rows import sli_meaning, slo_meaning
from slos.models import OpenSloDocument, Slo
from slos.openslo.documents import OpenSlo
from slos.openslo.prometheus_rules import PrometheusRules, prometheus_rules
from slos.openslo.references import references

Key = tuple[str, str]


def documents_of(slos: Sequence[Slo]) -> list[OpenSlo]:
    """The documents of these objectives and all that they need, in the order in which they can
    be read. One document may hold several objectives; it goes out whole."""
    there = {
        (kind.name, document.name): _whole(document)
        for kind in OPENSLO_KINDS
        for document in kind.documents()
    }
    wanted: set[Key] = set()
    todo = [("SLO", name) for name in _names(slos)]
    while todo:
        key = todo.pop()
        if key in there and key not in wanted:
            wanted.add(key)
            todo += [(kind, name) for kind, name, _ in references(there[key])]
    return [document for key, document in there.items() if key in wanted]


def rules_file_of(slos: Sequence[Slo]) -> PrometheusRules:
    prefetch_related_objects([slo.sli for slo in slos], "evaluators")
    meanings = {slo.sli.slug: sli_meaning(slo.sli) for slo in slos}
    return prometheus_rules([slo_meaning(slo) for slo in slos], meanings)


def _names(slos: Iterable[Slo]) -> set[str]:
    """What the documents of these objectives may be called."""
    slugs = {slo.slug for slo in slos}
    rows = OpenSloDocument.objects.filter(kind="SLO")
    return slugs | {row.name for row in rows if slugs & {str(one["slo"]) for one in row.made}}


def _whole(document: OpenSlo) -> OpenSlo:
    """A Service that only its system says has no spec of its own; the specification asks for
    one."""
    if "spec" in document.body:
        return document
    return OpenSlo({**document.body, "spec": {}})
