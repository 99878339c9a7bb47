"""The format `nannyml`: each chunk is measured; an alert in the newest chunk is an alert."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from textwrap import dedent

from alerts.reading import Notes, condition_key, load_body, one_line, read_time, received_at
from alerts.signals import Action, Reading, Severity, Signal, Unreadable
from integrations.nannyml.table import Chunk, chunks_of
from slos.intake import Window
from slos.reports import Subject, read_subject

MAX_SIGNALS = 500
DRIFT_METHODS = (
    "jensen_shannon", "kolmogorov_smirnov", "wasserstein", "hellinger", "chi2", "l_infinity",
)  # fmt: skip
PERFORMANCE = (
    "roc_auc", "f1", "precision", "recall", "specificity", "accuracy", "average_precision",
    "business_value", "mae", "mape", "mse", "msle", "rmse", "rmsle",
)  # fmt: skip


class NannyML:
    """The format `nannyml`."""

    name = "nannyml"
    title = "NannyML"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Chunks of the reference period are left out. Older chunks that alerted are history and
        page nobody; the newest chunk fires or resolves each condition."""
        arrival = received_at(options)
        document, notes = _document(body, headers)
        about_time = Notes()
        subject = read_subject(document, headers, about_time, received_at=arrival)
        chunks = [
            chunk
            for chunk in chunks_of(subject.body)
            if one_line(chunk.about.get("period"), 20) != "reference"
        ]
        if not any(chunk.results for chunk in chunks):
            raise Unreadable("The table has no columns that end in _value or _alert.")
        windows: list[Window] = []
        for chunk in chunks:
            span = _own_span(chunk, notes, arrival)
            if span is None and len(chunks) == 1:
                span = subject.span
                for sentence in about_time.sentences():
                    notes.add(sentence)
            if span is None:
                notes.add("Chunks without dates are not measured: nobody knows when they were.")
            else:
                windows += _windows(chunk, span, subject)
        signals = list(_signals(chunks[-1], subject, arrival))
        if len(signals) > MAX_SIGNALS:
            notes.add(f"Only the first {MAX_SIGNALS} of {len(signals):,} results became alerts.")
        return Reading(tuple(signals[:MAX_SIGNALS]), notes.sentences(), measured=tuple(windows))

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        return dedent(
            f"""\
            # results = calculator.calculate(analysis)
            import json, urllib.request
            rows = results.filter(period="analysis").to_df(multilevel=False)
            body = {{
                "system": "fraud-scorer",
                "report": json.loads(rows.to_json(orient="records", date_format="iso")),
            }}
            urllib.request.urlopen(urllib.request.Request(
                {json.dumps(url)},
                data=json.dumps(body).encode(),
                headers={{"Content-Type": "application/json"}},
            ))
            # The CSV of to_df().to_csv(index=False) is read too, with the header X-AIRE-System.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """One column that drifted in the last hour."""
        end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        row = {
            "chunk_key": "last hour",
            "chunk_index": 0,
            "chunk_start_date": (end - timedelta(hours=1)).isoformat(),
            "chunk_end_date": end.isoformat(),
            "chunk_period": "analysis",
            "amount_jensen_shannon_value": 0.31,
            "amount_jensen_shannon_upper_threshold": 0.12,
            "amount_jensen_shannon_lower_threshold": None,
            "amount_jensen_shannon_alert": True,
        }
        return json.dumps({"system": system, "report": [row]}, ensure_ascii=False).encode()


def _document(body: bytes, headers: Mapping[str, str]) -> tuple[object, Notes]:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        loaded = load_body(body)
        return loaded.value, Notes(loaded.notes)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The CSV is not UTF-8 at byte {error.start}.") from error
    if "," not in text.partition("\n")[0]:
        raise Unreadable("This is no NannyML result: it is neither JSON nor CSV.")
    return text.replace("\x00", ""), Notes()


def _own_span(chunk: Chunk, notes: Notes, arrival: datetime) -> tuple[datetime, datetime] | None:
    """A chunk's own time, up to the full second after its end (NannyML ends a chunk a nanosecond
    before the next begins)."""
    start = _moment(chunk.about.get("start_date"), notes, arrival)
    end = _moment(chunk.about.get("end_date"), notes, arrival)
    if start is not None and end is not None:
        if end.microsecond:
            end = end.replace(microsecond=0) + timedelta(seconds=1)
        if end > start:
            return start, end
    return None


def _moment(value: object, notes: Notes, arrival: datetime) -> datetime | None:
    if isinstance(value, str) and "." in value:
        whole, _, fraction = value.partition(".")
        digits = fraction[: len(fraction) - len(fraction.lstrip("0123456789"))]
        value = f"{whole}.{digits[:6]}{fraction[len(digits) :]}"
    return read_time(value, notes, name="of a chunk", now=arrival)


def _windows(chunk: Chunk, span: tuple[datetime, datetime], subject: Subject) -> Iterator[Window]:
    for name, fields in chunk.results.items():
        signal, attributes = _named(name, fields, subject)
        alert = _flag(fields.get("alert"))
        value = _finite(fields.get("value"))
        if alert is None and value is None:
            continue
        attributes |= {"system": subject.system, "version": subject.version}
        yield Window(
            signal, *span, attributes, subject.about, None if alert is None else not alert, value,
            cohort=subject.version,
        )  # fmt: skip


def _signals(chunk: Chunk, subject: Subject, arrival: datetime) -> Iterator[Signal]:
    when = one_line(chunk.about.get("key"), 80)
    for name, fields in chunk.results.items():
        alert = _flag(fields.get("alert"))
        if alert is None:
            continue
        signal, attributes = _named(name, fields, subject)
        labels = {"check": signal, **attributes}
        if subject.system:
            labels["system"] = subject.system
        if subject.version:
            labels["version"] = subject.version
        yield Signal(
            action=Action.FIRE if alert else Action.RESOLVE,
            dedup_key=condition_key("nannyml", subject.system, subject.kind, name),
            title=one_line(
                f"NannyML: {name} is {_shown(fields)}" + (f" in {when}" if when else "")
            ),
            severity=Severity.SEV3 if alert else None,
            labels=labels,
            annotations={
                field: _text(fields[field])
                for field in ("value", "upper_threshold", "lower_threshold")
                if _finite(fields.get(field)) is not None
            },
        )


def _named(name: str, fields: Mapping[str, object], subject: Subject) -> tuple[str, dict[str, str]]:
    """The signal and its attributes, from the name that the columns share."""
    for method in DRIFT_METHODS:
        if name.endswith(f"_{method}"):
            column = name.removesuffix(f"_{method}")
            return f"nannyml.{method}", {"column": column[:200], "method": method}
    if name in ("reconstruction_error", "domain_classifier_auroc"):
        return "nannyml.multivariate_drift", {"method": name}
    if name in PERFORMANCE:
        estimated = "realized" in fields or "upper_confidence_boundary" in fields
        kind = "estimated_performance" if estimated else "realized_performance"
        return f"nannyml.{kind}", {"metric": name}
    kind = subject.kind.replace("-", "_").replace(" ", "_").lower()[:60] or "column"
    return f"nannyml.{kind}", {"column": name[:200]}


def _shown(fields: Mapping[str, object]) -> str:
    value = _finite(fields.get("value"))
    bounds = [
        f"{words} {limit:g}"
        for words, field in (("at least", "lower_threshold"), ("at most", "upper_threshold"))
        if (limit := _finite(fields.get(field))) is not None
    ]
    shown = "outside its bounds" if value is None else f"{value:g}"
    return f"{shown} (should be {', '.join(bounds)})" if bounds else shown


def _flag(value: object) -> bool | None:
    words = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
    return value if isinstance(value, bool) else words.get(_text(value).strip().lower())


def _finite(value: object) -> float | None:
    try:
        number = float(_text(value)) if not isinstance(value, bool) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _text(value: object) -> str:
    return str(value)[:60] if isinstance(value, str | int | float) else ""


FORMAT = NannyML()
