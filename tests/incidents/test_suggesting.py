"""Likely causes, each with its reason; nothing is set by itself. The rules without a database."""

from __future__ import annotations

import pytest

from incidents.suggesting import CHANGED, MAX_SUGGESTIONS, Changed, Clue, Facts, Known, suggest
from taxonomy.shipped import shipped

CAUSES = [
    Known(
        cause["slug"],
        cause["name"],
        tuple(cause.get("detection_signals", ())),
        tuple(cause.get("applies_to", ())),
    )
    for _, cause in shipped().causes()
]


def slugs(facts: Facts) -> list[str]:
    return [one.slug for one in suggest(CAUSES, facts)]


def alert(text: str) -> Facts:
    return Facts(clues=(Clue(text, "The alert"),))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("PSI of feature income above 0.2, share of drifted columns 40%", "drift.covariate"),
        ("Null rate of feature age is 31%", "data.missing-values"),
        ("vLLM waiting requests and queue time, KV-cache usage 0.97", "serving.capacity"),
        ("Tool call directly after untrusted read of mail", "security.prompt-injection-indirect"),
        ("XID 79: uncorrectable ECC, row remap pending", "serving.accelerator-fault"),
        ("Groundedness score below threshold for support-assistant", "generation.ungrounded-claim"),
        ("Index age 14 days, document count gap", "retrieval.index-stale"),
    ],
)
def test_words_of_alerts_lead_to_the_cause_whose_signals_they_are(text: str, slug: str) -> None:
    assert slug in slugs(alert(text))[:3]


def test_each_suggestion_says_why() -> None:
    [first, *_] = suggest(CAUSES, alert("Null rate of feature age is 31%"))
    assert first.reasons == ("The alert looks like its signal “null rate per feature”.",)


def test_the_hint_of_the_route_and_labels_set_on_purpose_come_first() -> None:
    facts = Facts(
        hint="drift.concept",
        clues=(Clue("KV-cache usage waiting requests queue", "The alert"),),
    )
    assert slugs(facts)[0] == "drift.concept"
    assert slugs(Facts(labels=("serving.capacity",))) == ["serving.capacity"]


def test_a_hint_at_a_class_means_all_of_it() -> None:
    found = slugs(Facts(hint="drift"))
    assert found
    assert all(slug.startswith("drift.") for slug in found)


def test_every_change_speaks_for_causes_of_the_taxonomy() -> None:
    known = {cause.slug for cause in CAUSES}
    assert {slug for likely in CHANGED.values() for slug in likely} <= known
    found = suggest(CAUSES, Facts(changes=(Changed("prompt", "prompt of Search changed to v31"),)))
    assert found[0].slug == "prompt.template-regression"
    assert found[0].reasons == ("Shortly before: prompt of Search changed to v31.",)


def test_what_it_was_the_last_times_counts() -> None:
    found = suggest(CAUSES, Facts(earlier={"drift.concept": 3}))
    assert [(one.slug, one.reasons) for one in found] == [
        ("drift.concept", ("3 times before with these systems.",))
    ]


def test_what_is_named_already_or_ruled_out_is_not_suggested_again() -> None:
    facts = Facts(hint="drift.concept", said=frozenset({"drift.concept"}))
    assert slugs(facts) == []


@pytest.mark.parametrize("text", ["", "High error rate warning", "\x00<script>", "x" * 10_000])
def test_nothing_telling_suggests_nothing(text: str) -> None:
    assert slugs(alert(text)) == []


def test_causes_of_other_kinds_of_systems_weigh_less_and_the_list_is_short() -> None:
    text = "feature age null rate drift concept prompt template regression index stale capacity"
    facts = alert(text)
    assert len(slugs(facts)) <= MAX_SUGGESTIONS
    kinds = frozenset({"agent"})
    found = suggest(CAUSES, Facts(clues=facts.clues, kinds=kinds))
    plain = {one.slug: one.score for one in suggest(CAUSES, facts)}
    for one in found:
        assert one.score <= plain.get(one.slug, one.score)


def test_the_same_facts_read_the_same() -> None:
    facts = alert("feature drift null rate index stale")
    assert suggest(CAUSES, facts) == suggest(CAUSES[::-1], facts)
