"""The shipped causes are there, and what admins have made survives an upgrade."""

from __future__ import annotations

import pytest

from taxonomy.models import Cause, CauseClass
from taxonomy.selectors import facets
from taxonomy.services import load_shipped
from taxonomy.shipped import shipped

pytestmark = pytest.mark.django_db


def test_a_migrated_database_has_every_shipped_cause() -> None:
    in_file = {cause["slug"] for _, cause in shipped().causes()}
    assert len(in_file) >= 80
    assert set(Cause.objects.filter(shipped=True).values_list("slug", flat=True)) == in_file


def test_loading_again_writes_nothing(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(9):
        assert load_shipped() == 0


def test_an_altered_shipped_cause_is_put_right() -> None:
    Cause.objects.filter(slug="drift.covariate").update(name="Old name")
    assert load_shipped() == 1
    assert Cause.objects.get(slug="drift.covariate").name != "Old name"


def test_a_cause_that_an_admin_took_over_keeps_its_wording() -> None:
    Cause.objects.filter(slug="drift.covariate").update(name="Our words", shipped=False)
    load_shipped()
    assert Cause.objects.get(slug="drift.covariate").name == "Our words"


def test_a_class_that_an_admin_made_keeps_its_wording_when_a_release_uses_its_name() -> None:
    Cause.objects.filter(cause_class__slug="data").delete()
    CauseClass.objects.filter(slug="data").update(name="Our data class")
    load_shipped()
    assert CauseClass.objects.get(slug="data").name == "Our data class"
    assert Cause.objects.filter(cause_class__slug="data").exists()


def test_a_cause_that_no_release_names_any_more_stays() -> None:
    drift = CauseClass.objects.get(slug="drift")
    Cause.objects.create(
        slug="drift.retired", cause_class=drift, name="Gone", definition="-", shipped=True
    )
    load_shipped()
    assert Cause.objects.filter(slug="drift.retired").exists()


def test_every_cause_belongs_to_the_class_in_its_slug() -> None:
    for cause in Cause.objects.select_related("cause_class"):
        assert cause.slug.startswith(f"{cause.cause_class.slug}.")


def test_facets_come_with_their_definitions() -> None:
    roles = {value.slug: value.definition for value in facets()["cause_role"]}
    assert roles["trigger"]
    assert "suspected" in {value.slug for value in facets()["cause_confidence"]}


def test_every_duty_that_a_cause_names_is_a_known_facet() -> None:
    known = {value.slug for value in facets()["regulatory_check"]}
    named = {duty for _, cause in shipped().causes() for duty in cause.get("regulatory_check", [])}
    assert named
    assert named <= known
