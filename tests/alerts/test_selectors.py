"""Lists of alerts, sources and receipts: filters, order, pages, a fixed number of queries."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts import selectors, services, source_selectors
from alerts.extensions import incident_filter
from alerts.models import Alert
from alerts.search import Terms, parse_terms
from alerts.selectors import AlertFilters, alert_list
from alerts.source_selectors import SourceState
from catalog.models import System
from core.errors import Invalid, NotFound
from core.ids import new_id
from tests.alerts.scene import deliver, make_alert, make_source
from tests.cast import TESTER

pytestmark = pytest.mark.django_db(transaction=True)


def titles(user: User, **filters: str) -> list[str]:
    return [alert.title for alert in alert_list(user, AlertFilters.read(filters)).items]


def test_terms_are_pairs_and_words() -> None:
    terms = parse_terms('drift system=search owner="Ana Ruiz" "not grounded" x=')
    pairs = (("system", "search"), ("owner", "Ana Ruiz"), ("x", ""))
    assert terms == Terms(pairs=pairs, words=("drift", "not grounded"))


@pytest.mark.parametrize(
    "hostile", ["\x00", "' & | ! ( :*", "'''", "a=\x00b", "=", "\\", "_ : <->"]
)
def test_a_hostile_search_answers_and_never_fails(hostile: str, stranger: User) -> None:
    assert titles(stranger, q=hostile) == []


def test_words_are_found_in_titles_by_how_they_begin(stranger: User) -> None:
    source = make_source()
    make_alert(source, "Groundedness of answers is low")
    make_alert(source, "GPU memory is full")
    assert titles(stranger, q="ground answers") == ["Groundedness of answers is low"]
    assert titles(stranger, q="ground memory") == []


def test_a_word_also_finds_the_value_of_a_usual_label(stranger: User) -> None:
    source = make_source()
    make_alert(source, "One", labels={"team": "search"})
    make_alert(source, "Two", labels={"team": "billing"})
    assert titles(stranger, q="search") == ["One"]


def test_pairs_find_alerts_with_exactly_that_label(stranger: User) -> None:
    source = make_source()
    make_alert(source, "One", labels={"region": "eu"})
    make_alert(source, "Two", labels={"region": "eu-2"})
    assert titles(stranger, q="region=eu") == ["One"]


def test_filters_narrow_by_status_severity_source_and_system(
    stranger: User, system: System
) -> None:
    first, second = make_source("first", system_slug=system.slug), make_source("second")
    make_alert(first, "One")
    make_alert(second, "Two", severity="critical")
    make_alert(second, "Three", key="three")
    deliver(second, {"title": "Three", "key": "three", "status": "resolved"})
    assert titles(stranger, status="resolved") == ["Three"]
    assert titles(stranger, severity="sev1") == ["Two"]
    assert titles(stranger, source="first") == ["One"]
    assert titles(stranger, system=system.slug) == ["One"]
    assert titles(stranger, status="nonsense") == ["Three", "Two", "One"]


def test_a_program_is_told_of_a_filter_that_cannot_be() -> None:
    with pytest.raises(Invalid) as refused:
        AlertFilters.read_strictly({"status": "nonsense"})
    assert refused.value.errors == {"status": ["Choose one of: firing, resolved, silenced."]}


def test_the_incident_filter_is_filled_by_a_higher_room(
    stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_alert(make_source(), "One")
    monkeypatch.setattr(incident_filter, "_items", {})
    assert titles(stranger, incident="INC-1") == []
    incident_filter.add("test", lambda alerts, ref, user: alerts.filter(title=ref))
    assert titles(stranger, incident="One") == ["One"]


def test_pages_follow_each_other_without_gap_or_repeat(
    stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAGE_SIZE", 2)
    source = make_source()
    for number in range(5):
        make_alert(source, f"Alert {number}")
    seen, cursor = [], None
    while True:
        page = alert_list(stranger, AlertFilters(), cursor=cursor)
        seen += [alert.title for alert in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"Alert {number}" for number in (4, 3, 2, 1, 0)]


def test_somebody_deactivated_sees_nothing(stranger: User) -> None:
    alert = make_alert(make_source())
    stranger.is_active = False
    assert titles(stranger) == []
    with pytest.raises(NotFound):
        selectors.alert_for(stranger, alert.pk)
    assert source_selectors.source_list(stranger)[0] == []
    assert source_selectors.set_aside(stranger).items == []


def test_lists_cost_the_same_with_more_rows(stranger: User, system: System) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            for alert in alert_list(stranger, AlertFilters(q="a=b x")).items:
                str(alert.system), str(alert.source)
            for row in source_selectors.source_list(stranger)[0]:
                str(row.source.system), row.state
            for receipt in source_selectors.set_aside(stranger).items:
                str(receipt.source)
        return len(queries)

    source = make_source(system_slug=system.slug)
    make_alert(source, "x 0", labels={"a": "b"})
    deliver(source, b"{")
    before = cost()
    for number in range(1, 6):
        more = make_source(f"more-{number}", system_slug=system.slug)
        make_alert(more, f"x {number}", labels={"a": "b"})
        deliver(more, b"{")
    assert cost() == before == 3


def plan_of(rows: QuerySet[Alert]) -> str:
    """How PostgreSQL finds the alerts themselves: without the joins, in whose order the planner is
    free, and without the two ways that always win in a small table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        return rows.select_related(None).order_by().explain()


def test_search_is_answered_by_its_indexes(stranger: User) -> None:
    make_alert(make_source())
    words = selectors.alert_query(stranger, AlertFilters(q="drift"))
    assert "alert_title_words" in plan_of(words)
    pairs = selectors.alert_query(stranger, AlertFilters(q="a=b"))
    assert "alert_labels" in plan_of(pairs)


def state(user: User, slug: str) -> SourceState:
    return source_selectors.source_row(user, slug).state


def test_the_state_of_a_source_follows_its_last_delivery(stranger: User) -> None:
    source = make_source()
    assert state(stranger, "evals") == SourceState.WAITING
    deliver(source, {"title": "x", "key": "x"})
    assert state(stranger, "evals") == SourceState.CONNECTED
    deliver(source, b"not json")
    assert state(stranger, "evals") == SourceState.UNREADABLE
    services.switch_source(source=source, enabled=False, actor=TESTER)
    assert state(stranger, "evals") == SourceState.OFF


def test_a_test_of_ours_does_not_make_a_source_connected(stranger: User) -> None:
    source = make_source()
    services.send_test(source=source, actor=TESTER)
    assert state(stranger, "evals") == SourceState.WAITING


def test_the_page_of_a_source_counts_within_bounds(
    stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_selectors, "COUNTED", 2)
    source = make_source()
    for number in range(3):
        deliver(source, str(number).encode())
    page = source_selectors.source_page(stranger, "evals")
    assert (page.received_today, page.set_aside, page.firing) == (2, 2, 0)
    assert len(page.live_keys) == 1
    assert [receipt.size for receipt in page.receipts.items] == [1, 1, 1]


def test_only_the_beginning_of_a_large_body_is_loaded(stranger: User) -> None:
    receipt = deliver(make_source(), b"[" + b"1" * 999)
    found = source_selectors.receipt_for(stranger, receipt.pk)
    body = source_selectors.receipt_body(found, limit=10)
    assert (body.data, body.size, body.cut) == (b"[111111111", 1000, True)


def test_what_is_not_there_is_said(stranger: User) -> None:
    for look, name in (
        (source_selectors.source_for, "nowhere"),
        (source_selectors.source_for, "a\x00b"),
        (selectors.route_for, "nowhere"),
        (selectors.route_for, "a\x00b"),
        (source_selectors.receipt_for, new_id()),
        (selectors.alert_for, new_id()),
    ):
        with pytest.raises(NotFound):
            look(stranger, name)  # type: ignore[operator]
