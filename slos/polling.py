"""Asks data sources for their indicators: due rows, claimed with a lease, a minute apart.

The call is made outside of any transaction. After a downtime the gap is caught up in bites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from core import clock
from core.leases import claim_due, finish
from core.logs import get_logger
from slos.asking import Answer, Asker, Connection, Made, NoAnswer, Question, askers, points_of
from slos.listening import query_text
from slos.models import DataSource, Poll, Sli
from slos.points import check_points
from slos.recording import record_points

log = get_logger(__name__)
LEASE_SECONDS = 120
CLAIMED = 5
DELAY = timedelta(seconds=30)
"""How long after a step's end it is asked for: scrapes and remote writes arrive late."""
AGAIN = 2
"""Steps that are asked again each time, since their answers may have been too early."""
BITE = timedelta(hours=6)
FIRST = timedelta(hours=1)
"""How far back a new indicator begins."""
FARTHEST = timedelta(days=7)
"""How far back a gap is caught up."""
PATIENCE = timedelta(minutes=10)
"""The longest pause after failures in a row, and the pause after what only a person can mend."""

PARTS = ("good", "bad", "total", "raw", "metric")


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one poll came to."""

    made: Made
    until: datetime | None
    problem: str
    source_wide: bool = False
    more: bool = False


def poll_due() -> int:
    """Ask for a few indicators that are due; answers how many. Safe to call from anywhere."""
    _ensure_polls()
    claim = claim_due(
        Poll, pending=Poll.State.WAITING, limit=CLAIMED, lease_seconds=LEASE_SECONDS, extra=_ENABLED
    )
    away: set[int] = set()
    for poll in claim.rows:
        sli = Sli.objects.select_related("data_source").get(pk=poll.sli_id)
        source = sli.data_source
        if source is None or source.pk in away:
            finish(Poll, pk=poll.pk, token=claim.token, due_at=clock.now() + timedelta(minutes=1))
            continue
        turn = _ask(poll, sli, source)
        _settle(poll, sli, source, turn, claim.token)
        if turn.source_wide:
            # Nothing else of this source is worth a time-out.
            away.add(source.pk)
            _postpone(source, turn.problem)
    return len(claim.rows)


_ENABLED = """AND EXISTS (
    SELECT 1 FROM slos_sli s JOIN slos_datasource d ON d.id = s.data_source_id
     WHERE s.id = sli_id AND s.enabled AND d.enabled)"""


def question_of(sli: Sli) -> Question:
    """What is asked for an indicator, from its query as OpenSLO writes it or plainly."""
    query = sli.query if isinstance(sli.query, Mapping) else {}
    return Question(
        texts={name: text for name in PARTS if (text := query_text(query.get(name)))},
        operator=sli.op,
        threshold=sli.value or 0.0,
        counter=query.get("counter") is True,
        raw_is_failure=query.get("rawType") == "failure",
        sample_rate=sli.sample_rate,
    )


def asker_of(source: DataSource) -> Asker | None:
    """The integration that can ask a data source of this type."""
    word = source.type.strip().lower()
    return next((asker for asker in askers if word in asker.types), None)


def answered(
    source: DataSource, question: Question, *, start: datetime, end: datetime
) -> tuple[Made, timedelta]:
    """What the source answers for [start, end], as points of its step. Raises `NoAnswer`."""
    asker = asker_of(source)
    if asker is None:
        raise NoAnswer(f"AIRE cannot ask a data source of type {source.type[:40]!r}.")
    if question.fault:
        raise NoAnswer(question.fault)
    link = _connection(source)
    step = asker.step(link)
    first = _floor(start, step) + step
    last = _floor(end, step)
    # Of a counter the value before the first step is needed too.
    asked_from = first - step if question.counter else first
    answers: dict[str, Answer] = {}
    for part in question.parts if last >= first else ():
        answers[part] = asker.ask(link, question.texts[part], start=asked_from, end=last, step=step)
    return (points_of(question, answers, step=step) if answers else Made()), step


def _ask(poll: Poll, sli: Sli, source: DataSource) -> _Turn:
    try:
        asker = asker_of(source)
        step = asker.step(_connection(source)) if asker else BITE
        start, end, more = _span(poll, step)
        made, _ = answered(source, question_of(sli), start=start, end=end)
    except NoAnswer as error:
        return _Turn(Made(), None, str(error), source_wide=error.source_wide)
    except Exception as error:
        # A bug of ours or an answer nobody thought of must not end the loop, nor look like data.
        log.exception("poll_failed", sli=sli.slug)
        return _Turn(Made(), None, f"Reading the answer failed ({type(error).__name__}).")
    # An answer without data is an answer: what comes later lies after it.
    return _Turn(made, end, made.problem, more=more)


def _connection(source: DataSource) -> Connection:
    return Connection(source.details, source.secret.reveal() if source.secret else "")


def _span(poll: Poll, step: timedelta) -> tuple[datetime, datetime, bool]:
    """From where to where to ask, and whether a gap is left after it."""
    newest = _floor(clock.now() - DELAY, step)
    if poll.asked_until is None:
        start = newest - max(FIRST, step)
    else:
        start = max(poll.asked_until - AGAIN * step, newest - max(FARTHEST, step))
    end = min(newest, start + max(BITE, (AGAIN + 1) * step))
    return start, end, end < newest


def _settle(poll: Poll, sli: Sli, source: DataSource, turn: _Turn, token: UUID) -> None:
    now = clock.now()
    with transaction.atomic():
        problem = turn.problem or _record(sli, turn.made)
        failures = poll.failures + 1 if problem else 0
        changes = {
            "attempts": 0,
            "failures": failures,
            "problem": problem[:500],
            "due_at": now + _pause(turn, failures),
        }
        if turn.until is not None:
            changes["asked_until"] = turn.until
        if turn.made.points:
            changes["answered_at"] = now
        finish(Poll, pk=poll.pk, token=token, **changes)
        source_problem = turn.problem[:500] if turn.source_wide else ""
        DataSource.objects.filter(pk=source.pk).update(asked_at=now, problem=source_problem)


def _record(sli: Sli, made: Made) -> str:
    """Store the points; the first reason why one was refused."""
    rows = [
        {
            "start": point.start,
            "end": point.end,
            "good": point.good,
            "total": point.total,
            "sample_rate": point.sample_rate,
        }
        for point in made.points
    ]
    points, errors = check_points(rows, now=clock.now())
    refused = [*errors, *record_points(sli=sli, points=points).refused]
    return refused[0].message if refused else ""


def _pause(turn: _Turn, failures: int) -> timedelta:
    if turn.more:
        return timedelta()
    if not failures:
        return timedelta(minutes=1)
    return min(PATIENCE, timedelta(minutes=2 ** min(failures - 1, 10)))


def _postpone(source: DataSource, problem: str) -> None:
    """A source that is away is asked by one of its indicators at a time until it is back."""
    Poll.objects.filter(sli__data_source=source, lease_token=None, due_at__lte=clock.now()).update(
        due_at=clock.now() + timedelta(minutes=1), problem=problem[:500]
    )


def _ensure_polls() -> None:
    """Every indicator with a data source has its row, from the moment it has one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO slos_poll (sli_id, state, due_at, attempts, failures, problem) "
            "SELECT s.id, 'waiting', now(), 0, 0, '' FROM slos_sli s "
            " WHERE s.data_source_id IS NOT NULL AND s.enabled "
            "   AND NOT EXISTS (SELECT 1 FROM slos_poll p WHERE p.sli_id = s.id) "
            "ON CONFLICT DO NOTHING"
        )


def _floor(moment: datetime, step: timedelta) -> datetime:
    """The last whole step at or before a moment, counted from 1970."""
    seconds = int(step.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, UTC)
