"""What holds an alert back, as pure rules: the examples of the docs, and what is always true."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.matchers import parse_matchers
from alerts.noise import flapping
from alerts.noise.flapping import FlapRule, History
from alerts.noise.rules import (
    Dependencies,
    Facts,
    InhibitionRule,
    Rules,
    SilenceRule,
    facts_of,
    held_by_others,
    silenced_by,
)
from alerts.noise.windows import windows

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def alert(name: str, severity: str = "sev2", system: str | None = None, **labels: str) -> Facts:
    given = facts_of({"alertname": name, **labels}, source="prod", system=system, severity=severity)
    return Facts(id=uuid.uuid4(), labels=given, severity=severity, title=name, system=system)


def silence(match: str, system: str | None = None, starts: datetime = NOW) -> SilenceRule:
    return SilenceRule(
        id=uuid.uuid4(),
        name="moving the index",
        author="Ana",
        matchers=parse_matchers(match),
        system=system,
        windows=windows(starts, starts + timedelta(hours=1)),
    )


def inhibition(source: str, target: str, *equal: str) -> InhibitionRule:
    return InhibitionRule("r", "R", parse_matchers(source), parse_matchers(target), equal)


def test_a_silence_holds_what_it_fits_while_it_lasts() -> None:
    rules = Rules(silences=(silence('alertname="Drift", env!="prod"'),))
    assert silenced_by(alert("Drift", env="dev"), rules, NOW)[0].kind == "silence"
    assert not silenced_by(alert("Drift", env="prod"), rules, NOW)
    assert not silenced_by(alert("Drift"), rules, NOW + timedelta(hours=1))
    assert not silenced_by(alert("Drift"), rules, NOW - timedelta(seconds=1))


def test_maintenance_holds_all_of_its_system_and_nothing_else() -> None:
    rules = Rules(silences=(silence("", system="rag"),))
    [reason] = silenced_by(alert("Anything", system="rag"), rules, NOW)
    assert (reason.kind, reason.until) == ("maintenance", NOW + timedelta(hours=1))
    assert not silenced_by(alert("Anything", system="search"), rules, NOW)
    assert not silenced_by(alert("Anything", system=None), rules, NOW)


def test_matchers_see_the_source_the_system_and_the_severity() -> None:
    rules = Rules(silences=(silence('aire_source="prod", system="rag", severity="sev2"'),))
    assert silenced_by(alert("A", system="rag"), rules, NOW)
    assert not silenced_by(alert("A", "sev1", system="rag"), rules, NOW)


def test_an_inhibition_needs_the_equal_labels_to_agree() -> None:
    rules = Rules(inhibitions=(inhibition('alertname="Down"', 'alertname="Slow"', "zone"),))
    down, slow, elsewhere = (
        alert("Down", zone="a"), alert("Slow", zone="a"), alert("Slow", zone="b"),
    )  # fmt: skip
    held = held_by_others([slow, elsewhere], [down, slow, elsewhere], rules)
    assert list(held) == [slow.id]
    assert held[slow.id].by_alert == down.id


def test_what_fits_both_sides_is_not_held_by_its_like() -> None:
    rules = Rules(inhibitions=(inhibition('alertname=~".+"', 'alertname=~".+"'),))
    both = [alert("A"), alert("B")]
    assert held_by_others(both, both, rules) == {}


def test_a_firing_tier_one_dependency_holds_its_dependants_but_nothing_worse() -> None:
    needs = {"chat": frozenset({"rag"}), "rag": frozenset({"provider"})}
    rules = Rules(
        dependencies=Dependencies(needs, frozenset({"provider"}), frozenset({"chat", "rag"}))
    )
    provider = alert("ProviderDown", "sev2", system="provider")
    mild, worse = alert("Slow", "sev3", system="chat"), alert("Unsafe", "sev1", system="chat")
    held = held_by_others([mild, worse], [provider, mild, worse], rules)
    assert list(held) == [mild.id]
    assert "provider, which chat depends on, fires" in held[mild.id].text


def test_in_a_circle_of_dependencies_both_page() -> None:
    needs = {"a": frozenset({"b"}), "b": frozenset({"a"})}
    rules = Rules(dependencies=Dependencies(needs, frozenset("ab"), frozenset("ab")))
    both = [alert("A", system="a"), alert("B", system="b")]
    assert held_by_others(both, both, rules) == {}


names = st.sampled_from("ABC")
systems = st.sampled_from(["a", "b", "c", None])
alerts = st.lists(
    st.builds(alert, names, st.sampled_from(["sev1", "sev2", "sev3"]), systems), max_size=8
)
matches = st.sampled_from(['alertname="A"', 'alertname="B"', 'alertname=~"A|C"', 'severity="sev1"'])
inhibitions = st.lists(st.builds(inhibition, matches, matches), max_size=4).map(tuple)
needs_any = st.dictionaries(
    st.sampled_from("abc"), st.frozensets(st.sampled_from("abc"), max_size=2), max_size=3
)


@given(alerts, inhibitions, needs_any)
def test_whatever_is_held_is_held_by_an_alert_that_is_free(
    firing: list[Facts], rules: tuple[InhibitionRule, ...], needs: dict[str, frozenset[str]]
) -> None:
    dependencies = Dependencies(needs, frozenset("abc"), frozenset("abc"))
    held = held_by_others(firing, firing, Rules(inhibitions=rules, dependencies=dependencies))
    free = {one.id for one in firing} - held.keys()
    assert all(reason.by_alert in free for reason in held.values())
    assert free or not firing


@given(alerts, inhibitions, needs_any, st.randoms(use_true_random=False))
def test_the_order_of_a_batch_decides_nothing(
    firing: list[Facts],
    rules: tuple[InhibitionRule, ...],
    needs: dict[str, frozenset[str]],
    random: object,
) -> None:
    given_rules = Rules(
        inhibitions=rules, dependencies=Dependencies(needs, frozenset("abc"), frozenset("abc"))
    )
    before = held_by_others(firing, firing, given_rules).keys()
    shuffled = list(firing)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert held_by_others(shuffled, shuffled, given_rules).keys() == before


RULE = FlapRule(changes=3, window=timedelta(minutes=10), calm=timedelta(minutes=20))


def test_flapping_pages_once_then_holds_until_it_is_calm() -> None:
    history, told = History(), []
    for minute in (0, 2, 4, 6, 8, 40):
        outcome = flapping.opened(history, NOW + timedelta(minutes=minute), RULE)
        told.append("began" if outcome.began else "held" if outcome.held else "")
        history = outcome.history
    assert told == ["", "", "began", "held", "held", ""]
    assert history.flapping_since is None


@given(st.lists(st.integers(1, 3600), max_size=40))
def test_an_opening_is_never_held_unless_one_paged_as_flapping_before_it(gaps: list[int]) -> None:
    history, at, began = History(), NOW, False
    for gap in gaps:
        at += timedelta(seconds=gap)
        calm = flapping.is_calm(history, at, RULE)
        outcome = flapping.opened(history, at, RULE)
        assert not (outcome.began and outcome.held)
        assert not outcome.held or (began and not calm)
        began = outcome.began or (began and not calm)
        assert len(outcome.history.openings) <= RULE.changes
        history = outcome.history
