"""Whether documents follow OpenSLO v1: the envelope and all kinds but SLI and SLO.

What the specification forbids is an error. What real files do and can only mean one thing is a
warning: names in capitals, labels that are numbers, a field left empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from slos.openslo.documents import API_VERSION, KINDS, Finding, OpenSlo
from slos.openslo.durations import DurationError, parse_shorthand
from slos.openslo.place import Place
from slos.openslo.references import check_references
from slos.openslo.sli_check import check_sli
from slos.openslo.slo_check import check_slo

_RFC1123 = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 255
_KEY = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def check(
    documents: Sequence[OpenSlo], *, known: Collection[tuple[str, str]] | None = None
) -> list[Finding]:
    """Everything that is wrong or sloppy, in the order of the file.

    `known` are the (kind, name) that exist already and may be referred to; None leaves references
    unchecked.
    """
    findings: list[Finding] = []
    for document in documents:
        check_document(document, findings)
    findings += _doubles(documents)
    if known is not None:
        findings += check_references(documents, known)
    return findings


def check_document(document: OpenSlo, findings: list[Finding]) -> None:
    place = Place(document, findings, document.body)
    place.mapping(("apiVersion", "kind", "metadata", "spec"))
    version, kind = place["apiVersion"], place["kind"]
    if version.required() and version.value != API_VERSION:
        version.error(f"must be {API_VERSION}; other versions are not read")
        return
    if not kind.one_of(KINDS, required=True):
        return
    check_metadata(place["metadata"])
    if place["spec"].mapping(required=True):
        _SPECS[document.kind](place["spec"])


def check_metadata(place: Place) -> None:
    """Names, labels and annotations; also of inline documents."""
    if not place.mapping(("name", "displayName", "labels", "annotations"), required=True):
        return
    _check_name(place["name"])
    place["displayName"].text()
    _check_labels(place["labels"])
    _check_annotations(place["annotations"])


def _check_name(place: Place) -> None:
    if not place.text(required=True):
        return
    name = place.value
    if len(name) > _LONGEST_NAME:
        place.error(f"has {len(name)} characters, at most {_LONGEST_NAME} are allowed")
    elif not name.isprintable():
        place.error("holds a character that cannot be shown")
    elif not _RFC1123.fullmatch(name):
        place.warn("should be 1 to 63 lower-case letters, digits and hyphens")


def _check_labels(place: Place) -> None:
    if not place.mapping():
        return
    for key in place.value or () if place.given else ():
        inner = place[key]
        if not _KEY.fullmatch(key):
            inner.error("is no label key: up to 63 letters, digits, dots, hyphens and underscores")
        elif isinstance(inner.value, list):
            for item in inner:
                item.text(required=True)
        elif isinstance(inner.value, (bool, int, float)):
            inner.warn("should be text; it is read as such")
        else:
            inner.text()


def _check_annotations(place: Place) -> None:
    if not place.mapping():
        return
    for key in place.value or () if place.given else ():
        inner = place[key]
        prefix, slash, name = key.rpartition("/")
        if not _KEY.fullmatch(name):
            inner.error("is no annotation key: up to 63 letters, digits and ._- after the prefix")
        elif slash and (len(prefix) > 253 or not _PREFIX.fullmatch(prefix)):
            inner.error("has a prefix that is no DNS name")
        elif isinstance(inner.value, (bool, int, float)):
            inner.warn("should be text; it is read as such")
        else:
            inner.text()


def _check_service(place: Place) -> None:
    place.mapping(("description",))
    place["description"].description()


def _check_data_source(place: Place) -> None:
    place.mapping(("description", "type", "connectionDetails"))
    place["description"].description()
    place["type"].text(required=True)
    details = place["connectionDetails"]
    if not details.given:
        details.warn("is empty; without it nothing can be asked")
    else:
        details.mapping()


def _check_policy(place: Place) -> None:
    place.mapping(
        (
            "description",
            "alertWhenNoData",
            "alertWhenResolved",
            "alertWhenBreaching",
            "conditions",
            "notificationTargets",
        )
    )
    place["description"].description()
    switches = ("alertWhenBreaching", "alertWhenResolved", "alertWhenNoData")
    if all(place[name].boolean() for name in switches) and not any(
        place[name].value is True for name in switches
    ):
        place.warn("never alerts: none of alertWhenBreaching, …Resolved and …NoData is true")
    if place["conditions"].list(required=True, most=1):
        _check_inline(place["conditions"], "conditionRef", "AlertCondition", _check_condition)
    if place["notificationTargets"].list(required=True):
        _check_inline(
            place["notificationTargets"], "targetRef", "AlertNotificationTarget", _check_target
        )


def _check_inline(
    place: Place, reference: str, kind: str, check_spec: Callable[[Place], None]
) -> None:
    """Items that are either a reference or a document of `kind`."""
    for item in place:
        if isinstance(item.value, str) and item.value.strip():
            item.warn(f"is a bare name; it is read as {reference}")
        elif item.mapping(required=True):
            _check_item(item, reference, kind, check_spec)


def _check_item(
    item: Place, reference: str, kind: str, check_spec: Callable[[Place], None]
) -> None:
    if item[reference].present:
        item.mapping((reference,))
        item[reference].text(required=True)
    elif not item["spec"].present:
        item.error(f"needs {reference}, or an inline {kind} with metadata and spec")
    else:
        item.mapping(("apiVersion", "kind", "metadata", "spec"))
        item["kind"].one_of((kind,))
        check_metadata(item["metadata"])
        if item["spec"].mapping(required=True):
            check_spec(item["spec"])


def _check_condition(place: Place) -> None:
    place.mapping(("description", "severity", "condition"))
    place["description"].description()
    place["severity"].text(required=True)
    condition = place["condition"]
    if not condition.mapping(
        ("kind", "op", "threshold", "lookbackWindow", "alertAfter"), required=True
    ):
        return
    condition["kind"].one_of(("burnrate",))
    if condition["op"].one_of(("lte", "gte", "lt", "gt")) and condition["op"].value in (
        "lte",
        "lt",
    ):
        condition["op"].warn("would alert while little burns; it is read as gte")
    if condition["threshold"].number(required=True) and condition["threshold"].value <= 0:
        condition["threshold"].error("must be above 0")
    check_span(condition["lookbackWindow"], required=True)
    check_span(condition["alertAfter"], zero=True)


def check_span(place: Place, *, required: bool = False, zero: bool = False) -> None:
    """A duration of fixed length."""
    if not place.given:
        if required:
            place.required()
        return
    if zero and place.value in ("0m", "0h", "0s", 0):
        return
    try:
        if not parse_shorthand(place.value).exact:
            place.error("must have a fixed length: use m, h, d or w")
    except DurationError as error:
        place.error(str(error))


def _check_target(place: Place) -> None:
    place.mapping(("description", "target"))
    place["description"].description()
    place["target"].text(required=True)


def _check_slo(place: Place) -> None:
    check_slo(place)
    metadata = place["indicator"]["metadata"]
    if metadata.present:
        check_metadata(metadata)
    if isinstance(place["alertPolicies"].value, list):
        _check_inline(place["alertPolicies"], "alertPolicyRef", "AlertPolicy", _check_policy)


def _doubles(documents: Iterable[OpenSlo]) -> list[Finding]:
    seen: dict[tuple[str, str], OpenSlo] = {}
    findings = []
    for document in documents:
        key = (document.kind, document.name)
        if not document.name or document.kind not in KINDS:
            continue
        if key in seen:
            first = seen[key]
            where = f"{first.file}:{first.line_of(('metadata', 'name'))}"
            line = document.line_of(("metadata", "name"))
            message = f"The same kind and name stand at {where} already."
            findings.append(Finding(document.file, line, document.item, message))
        seen.setdefault(key, document)
    return findings


_SPECS: dict[str, Callable[[Place], None]] = {
    "Service": _check_service,
    "DataSource": _check_data_source,
    "SLI": check_sli,
    "SLO": _check_slo,
    "AlertPolicy": _check_policy,
    "AlertCondition": _check_condition,
    "AlertNotificationTarget": _check_target,
}
