"""Config as code: what is applied, in which order, once or not at all."""

from __future__ import annotations

import pytest

from accounts.models import ApiKey, AuditEntry, Team, User
from aire_web.config.export import export_yaml
from aire_web.models import ManagedDocument
from alerts.models import Route, Source
from catalog.models import Change, System
from core import clock
from oncall.models import EscalationPolicy, Schedule, SystemPolicy
from tests.aire_web.documents import (
    ACTOR,
    ALL,
    CHANNELS,
    ENV,
    ON_CALL,
    PEOPLE,
    SHIPPED_KINDS,
    SYSTEMS,
    apply,
    refused,
    verbs,
)

pytestmark = pytest.mark.django_db


def test_a_whole_organisation_is_applied_in_any_order_of_documents() -> None:
    backwards = "---\n".join(reversed(ALL.split("---\n")))
    outcome = apply(backwards)
    assert [str(refusal) for refusal in outcome.refusals] == []
    assert set(verbs(outcome).values()) == {"create"}
    assistant = System.objects.get(slug="assistant")
    assert [system.slug for system in assistant.depends_on.all()] == ["search"]
    assert [system.slug for system in System.objects.get(slug="search").depends_on.all()] == [
        "assistant"
    ]
    assert SystemPolicy.objects.get(system=assistant).policy.slug == "default"
    assert Route.objects.get().cause_hint == "drift.covariate"
    assert Schedule.objects.get().overrides.count() == 1
    assert Source.objects.get(slug="prometheus").auto_resolve_after == 5400


def test_applying_again_changes_nothing() -> None:
    apply(ALL)
    lines = AuditEntry.objects.count()
    outcome = apply(ALL)
    assert outcome.applied
    assert set(verbs(outcome).values()) == {"unchanged"}
    assert AuditEntry.objects.count() == lines


def test_what_is_exported_applies_as_unchanged() -> None:
    apply(ALL)
    outcome = apply(export_yaml())
    assert outcome.applied
    assert set(verbs(outcome).values()) == {"unchanged"}
    ours = [step for step in outcome.plan.saves if step.kind.name not in SHIPPED_KINDS]
    assert len(ours) == len(ALL.split("---\n"))


def test_what_is_exported_builds_the_same_elsewhere() -> None:
    apply(ALL)
    text = export_yaml()
    for model in (ApiKey, Route, Source, SystemPolicy, EscalationPolicy, Schedule, System, Team):
        model.objects.all().delete()
    ManagedDocument.objects.all().delete()
    assert apply(text).applied
    assert export_yaml() == text


def test_webhooks_and_pay_rules_come_back_as_they_were() -> None:
    assert apply(CHANNELS).applied
    text = export_yaml(only="Webhook") + "---\n" + export_yaml(only="PayRule")
    assert "EVAL_KEY" not in text
    assert set(verbs(apply(CHANNELS)).values()) == {"unchanged"}
    assert set(verbs(apply(text)).values()) == {"unchanged"}


def test_an_export_holds_no_secret() -> None:
    apply(ALL, PEOPLE_WITH_PASSWORD)
    text = export_yaml()
    assert ENV["EVAL_KEY"] not in text
    assert "password" not in text


def test_only_one_kind_is_exported_on_request() -> None:
    apply(ALL)
    text = export_yaml(only="Team")
    assert [line for line in text.splitlines() if line.startswith("kind:")] == ["kind: Team"]


def test_an_update_names_the_fields_that_change() -> None:
    apply(ALL)
    changed = SYSTEMS.replace("tier: 1", "tier: 2").replace("env: prod", "env: test")
    outcome = apply(PEOPLE, changed, ON_CALL)
    step = next(step for step in outcome.plan.saves if step.name == "assistant")
    assert str(step) == "update     System assistant (labels, tier)"
    assert System.objects.get(slug="assistant").tier == 2


def test_a_field_that_is_left_out_goes_back_to_its_default() -> None:
    apply(ALL)
    apply(PEOPLE, SYSTEMS.replace("  escalationPolicy: default\n", ""))
    assert not SystemPolicy.objects.exists()


def test_overrides_made_on_the_pages_stay_when_the_file_names_none() -> None:
    apply(ALL)
    without = ON_CALL.split("  overrides:")[0] + "---\n" + ON_CALL.split("---\n")[1]
    outcome = apply(without)
    assert set(verbs(outcome).values()) == {"unchanged"}
    assert Schedule.objects.get().overrides.count() == 1


def test_a_dry_run_writes_nothing_and_shows_no_key() -> None:
    outcome = apply(ALL, dry_run=True)
    assert set(verbs(outcome).values()) == {"create"}
    assert not outcome.applied
    assert outcome.keys == []
    assert not User.objects.exists()
    assert not ManagedDocument.objects.exists()


def test_a_dry_run_finds_what_only_the_services_refuse() -> None:
    text = PEOPLE + "---\n" + SYSTEMS.replace("https://runbooks.example.org", "javascript:alert")
    (line,) = [line for line in refused(text, ON_CALL, dry_run=True) if "runbooks" in line]
    assert line.startswith("a.yaml:32: spec.runbooks")


def test_generated_keys_are_handed_out_once() -> None:
    outcome = apply(ALL)
    assert {(key.kind, key.name) for key in outcome.keys} == {
        ("Source", "prometheus"), ("ApiKey", "scraper")
    }  # fmt: skip
    assert all(key.key.startswith("aire_") for key in outcome.keys)
    assert apply(ALL).keys == []


def test_a_new_value_of_a_given_key_is_an_update() -> None:
    apply(ALL)
    outcome = apply(ALL, env={"EVAL_KEY": "another-evaluation-key-" * 2})
    changed = [step for step in outcome.plan.saves if step.verb != "unchanged"]
    assert [str(step) for step in changed] == ["update     Source evaluations (key)"]


PEOPLE_WITH_PASSWORD = (
    PEOPLE.split("---\n")[0]
    .replace("name: ada}", "name: carl}")
    .replace("ada@example.org,", "carl@example.org, password: '${PASSWORD}',")
)


def test_a_password_comes_from_the_environment() -> None:
    assert apply(PEOPLE_WITH_PASSWORD).applied
    assert User.objects.get().check_password(ENV["PASSWORD"])
    assert set(verbs(apply(PEOPLE_WITH_PASSWORD)).values()) == {"unchanged"}


def test_one_refusal_applies_nothing() -> None:
    assert refused(ALL, SYSTEMS.replace("kind: rag", "kind: toaster"))
    assert not User.objects.exists()


# -- pruning ---------------------------------------------------------------------------------


def test_prune_takes_away_only_what_the_files_managed() -> None:
    apply(ALL)
    Team.objects.create(slug="by-hand", name="By hand")
    outcome = apply(PEOPLE, prune=True)
    assert outcome.applied, outcome.refusals
    gone = {name: verb for name, verb in verbs(outcome).items() if verb != "unchanged"}
    assert gone == {
        "ApiKey scraper": "revoke", "Route critical": "delete", "Source evaluations": "delete",
        "Source prometheus": "delete", "EscalationPolicy default": "delete",
        "Schedule primary": "delete", "System assistant": "delete", "System search": "delete",
    }  # fmt: skip
    assert not System.objects.exists()
    assert Team.objects.filter(slug="by-hand").exists()
    assert apply(PEOPLE, prune=True).plan.removals == []


def test_without_prune_nothing_goes() -> None:
    apply(ALL)
    apply(PEOPLE)
    assert System.objects.count() == 2


def test_a_system_with_a_history_is_retired_instead() -> None:
    apply(PEOPLE, SYSTEMS, ON_CALL)
    system = System.objects.get(slug="search")
    Change.objects.create(system=system, kind="model", summary="v2", occurred_at=clock.now())
    outcome = apply(PEOPLE, prune=True)
    assert verbs(outcome)["System search"] == "retire"
    assert verbs(outcome)["System assistant"] == "delete"
    system.refresh_from_db()
    assert system.stage == "retired"


def test_people_are_deactivated_not_deleted() -> None:
    apply(PEOPLE)
    only_ada = PEOPLE.split("---\n")[0]
    outcome = apply(only_ada, prune=True)
    assert verbs(outcome)["User ben"] == "deactivate"
    assert not User.objects.get(email="ben@example.org").is_active


def test_what_others_still_name_cannot_be_pruned() -> None:
    apply(ALL)
    (ben,) = PEOPLE.split("---\n")[1:2]
    lines = refused(ALL.replace(ben + "---\n", ""), prune=True)
    assert "a.yaml:11: User ben@example.org is not in the files any more." in lines


def test_what_somebody_made_by_hand_still_names_cannot_be_pruned() -> None:
    apply(PEOPLE)
    team = Team.objects.create(slug="by-hand", name="By hand")
    team.members.add(User.objects.get(email="ben@example.org"))
    lines = refused(PEOPLE.split("---\n")[0], prune=True)
    assert lines == ["--prune:1: User ben@example.org cannot go: Team by-hand still names it."]


def test_somebody_who_is_named_again_comes_back() -> None:
    apply(PEOPLE)
    apply(PEOPLE.split("---\n")[0], prune=True)
    assert apply(PEOPLE).applied
    assert User.objects.get(email="ben@example.org").is_active


def test_the_audit_says_that_apply_did_it() -> None:
    apply(PEOPLE)
    assert set(AuditEntry.objects.values_list("via", "actor_label")) == {("apply", ACTOR.label)}
