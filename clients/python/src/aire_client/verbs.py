"""The verbs, written once: what tells AIRE at once and what tells it later have the same."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, TypeVar

from aire_client import calls
from aire_client.calls import MINUTE, Call, ChangeKind, Measurement, Severity, Status
from aire_client.errors import AireError

log = logging.getLogger("aire_client")

P = ParamSpec("P")
T = TypeVar("T")
TICK = timedelta(microseconds=1)


class Verbs(ABC, Generic[T]):
    """What is told to AIRE, in a line each. `T` is what a verb answers."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str, str], datetime] = {}
        self._ends_lock = threading.Lock()

    @abstractmethod
    def _do(self, build: Callable[P, Call], *args: P.args, **named: P.kwargs) -> T:
        """Tell what `build` makes of the arguments."""

    def measure(
        self,
        slo: str,
        *,
        good: float,
        total: float,
        start: datetime | None = None,
        end: datetime | None = None,
        evaluator: str = "",
        sample_rate: float = 1.0,
        cohort: str = "",
    ) -> T:
        """`good` of `total` unit events for the objective `slo` in [start, end). Unless said that
        is until now, since the end of the last one (of this client, objective, evaluator and
        cohort), at first a minute. Measurements may not overlap: let one process send them."""

        def build() -> Call:
            since, until = self._window((slo, evaluator, cohort), start, end)
            point = Measurement(since, until, good, total, evaluator, sample_rate, cohort)
            return calls.measurements(slo, [point])

        return self._do(build)

    def measurements(self, slo: str, points: Iterable[Measurement]) -> T:
        """Many at once, at most 10,000."""
        return self._do(calls.measurements, slo, points)

    def evaluation(
        self,
        slo: str,
        results: Iterable[bool | float | None],
        *,
        at_least: float | None = None,
        evaluator: str = "",
        start: datetime | None = None,
        end: datetime | None = None,
        sample_rate: float = 1.0,
        cohort: str = "",
    ) -> T:
        """Results of an evaluator, counted: verdicts, or scores that are good from `at_least` on.
        None is an answer that the judge failed on; it counts in neither number. The time is as
        in `measure`."""

        def build() -> Call:
            good, total = calls.counts(results, at_least)
            since, until = self._window((slo, evaluator, cohort), start, end)
            point = Measurement(since, until, good, total, evaluator, sample_rate, cohort)
            return calls.measurements(slo, [point])

        return self._do(build)

    def change(
        self,
        system: str,
        kind: ChangeKind,
        summary: str,
        *,
        version: str = "",
        previous_version: str = "",
        url: str = "",
        rollback_url: str = "",
        author: str = "",
        occurred_at: datetime | None = None,
    ) -> T:
        """Something altered a system: incidents will find it among their suspects."""
        return self._do(
            calls.change, system, kind, summary, version=version,
            previous_version=previous_version, url=url, rollback_url=rollback_url, author=author,
            occurred_at=occurred_at,
        )  # fmt: skip

    def alert(
        self,
        title: str,
        *,
        key: str,
        system: str = "",
        status: Status = "firing",
        severity: Severity = "sev3",
        description: str = "",
        url: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> T:
        """An alert; with `status="resolved"` and the same `key` its end."""
        return self._do(
            calls.alert, title, key=key, system=system, status=status, severity=severity,
            description=description, url=url, labels=labels,
        )  # fmt: skip

    def report(
        self,
        system: str,
        text: str,
        *,
        answer: str = "",
        prompt: str = "",
        version: str = "",
        trace_id: str = "",
        contact: str = "",
        severity: Severity | None = None,
        reporter: str = "",
    ) -> T:
        """What a person says is wrong with an answer, in their words. `reporter` is your own word
        for who said it, kept as a digest: one person counts once."""
        return self._do(
            calls.report, system, text, answer=answer, prompt=prompt, version=version,
            trace_id=trace_id, contact=contact, severity=severity, reporter=reporter,
        )  # fmt: skip

    def heartbeat(self, key: str, word: str = "", *, said: str = "") -> T:
        """A job is done; `word` is `start`, `fail` or an exit code where it is not."""
        return self._do(calls.heartbeat, key, word, said=said)

    @contextmanager
    def job(self, key: str) -> Iterator[None]:
        """Around a job: says that it began, and that it is done or failed. The job's own error
        goes on; one of telling AIRE about the job never hides it."""
        self._quietly(key, "start")
        try:
            yield
        except BaseException as error:
            self._quietly(key, "fail", type(error).__name__)
            raise
        self._quietly(key)

    def _window(
        self, track: tuple[str, str, str], start: datetime | None, end: datetime | None
    ) -> tuple[datetime, datetime]:
        for given in filter(None, (start, end)):
            calls.stamp(given)
        with self._ends_lock:
            until = end or calls.now()
            since = start or min(self._ends.get(track, until - MINUTE), until - TICK)
            self._ends[track] = until
        return since, until

    def _quietly(self, key: str, word: str = "", said: str = "") -> None:
        try:
            self.heartbeat(key, word, said=said)
        except AireError as error:
            log.warning("A heartbeat was not told: %s", error)

    def document(self, format: str, body: Any) -> T:  # noqa: A002 - AIRE's word
        """What one of AIRE's formats reads, for example `generic` or `alertmanager`."""
        return self._do(calls.document, format, body)

    def evidently(
        self,
        report: Mapping[str, Any],
        *,
        system: str,
        version: str = "",
        start: datetime,
        end: datetime,
    ) -> T:
        """The JSON of an Evidently report or test suite over the data of [start, end)."""
        return self._do(_windowed, "evidently", report, system, version, start, end)

    def nannyml(
        self,
        report: Mapping[str, Any],
        *,
        system: str,
        version: str = "",
        start: datetime,
        end: datetime,
    ) -> T:
        """A NannyML result over the data of [start, end)."""
        return self._do(_windowed, "nannyml", report, system, version, start, end)


def _windowed(
    format: str,  # noqa: A002 - AIRE's word
    report: Mapping[str, Any],
    system: str,
    version: str,
    start: datetime,
    end: datetime,
) -> Call:
    told = {"system": system, "version": version, "report": report,
            "start": calls.stamp(start), "end": calls.stamp(end)}  # fmt: skip
    return calls.document(format, told)
