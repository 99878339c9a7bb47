"""Admins extend the taxonomy; releases leave what they made alone; old wordings are kept."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry, User
from core.errors import Conflict, Invalid
from incidents import services as incidents
from taxonomy import editing
from taxonomy.models import Cause
from taxonomy.selectors import taxonomy_page
from taxonomy.services import load_shipped
from tests.aire_web.documents import apply, refused, verbs
from tests.cast import actor_of, api_client, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {
    "class_slug": "drift",
    "local_name": "tides",
    "name": "Tides",
    "definition": "The sea moved.",
    "applies_to": ["classical"],
    "external": {"avid": ["P0101"]},
    "detection_signals": ["  water in the  office "],
    "follow_up_actions": [{"type": "detect", "title": "Buy a gauge"}],
    "regulatory_check": ["gdpr-33"],
}
FORM = {
    "class_slug": "drift",
    "local_name": "tides",
    "name": "Tides",
    "definition": "The sea moved.",
    "detection_signals": "water in the office\nwet shoes",
    "follow_up_actions": "detect: Buy a gauge\nprevent: Move uphill",
    "external": "avid: P0101, P0104",
    "applies_to": ["classical"],
}


def save(by: User, **more: Any) -> Cause:
    return editing.save_cause(actor=actor_of(by), **{**WORDS, **more})


def test_a_cause_that_was_made_here_survives_an_upgrade(owner: User) -> None:
    save(owner)
    load_shipped()
    cause = Cause.objects.get(slug="drift.tides")
    assert (cause.name, cause.shipped, cause.detection_signals) == (
        "Tides",
        False,
        ["water in the office"],
    )
    assert AuditEntry.objects.filter(action="cause.create", target_ref="drift.tides").exists()


def test_a_shipped_cause_worded_otherwise_keeps_its_words_until_it_is_given_back(
    owner: User,
) -> None:
    was = Cause.objects.get(slug="drift.covariate")
    save(owner, local_name="covariate", name="Our words")
    load_shipped()
    ours = Cause.objects.get(slug="drift.covariate")
    assert (ours.name, ours.version) == ("Our words", was.version + 1)
    editing.give_back(slug="drift.covariate", actor=actor_of(owner))
    again = Cause.objects.get(slug="drift.covariate")
    assert (again.name, again.shipped, again.version) == (was.name, True, was.version + 2)
    assert load_shipped() == 0
    kept = [(one.version, one.body["name"]) for one in again.revisions.order_by("version")]
    assert kept == [(1, was.name), (2, "Our words")]


def test_a_release_that_words_a_cause_otherwise_keeps_the_old_wording(owner: User) -> None:
    Cause.objects.filter(slug="drift.covariate").update(name="Words of the last release")
    load_shipped()
    kept = Cause.objects.get(slug="drift.covariate").revisions.get()
    assert kept.body["name"] == "Words of the last release"
    assert kept.replaced_by.startswith("Release of the taxonomy")


def test_saying_the_same_again_is_no_new_version(owner: User) -> None:
    assert save(owner).version == save(owner).version == 1


def test_who_saw_an_older_version_overwrites_nothing(owner: User) -> None:
    save(owner)
    save(owner, name="Newer", expected_version=1)
    with pytest.raises(Conflict):
        save(owner, name="Stale", expected_version=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"class_slug": "weather"}, "class_slug"),
        ({"class_slug": "drift\x00"}, "class_slug"),
        ({"local_name": "Tides!"}, "local_name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"definition": ""}, "definition"),
        ({"definition": "a\x00b"}, "definition"),
        ({"applies_to": ["toaster"]}, "applies_to"),
        ({"external": {"icd": ["1"]}}, "external"),
        ({"follow_up_actions": [{"type": "hope", "title": "x"}]}, "follow_up_actions"),
        ({"follow_up_actions": [{"title": "x"}]}, "follow_up_actions"),
        ({"detection_signals": ["x"] * 21}, "detection_signals"),
        ({"regulatory_check": ["tax"]}, "regulatory_check"),
    ],
)
def test_what_cannot_be_is_refused_by_field(owner: User, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        save(owner, **wrong)
    assert field in refusal.value.errors
    assert not Cause.objects.filter(slug="drift.tides").exists()


def test_a_retired_cause_is_kept_by_its_incidents_and_offered_to_none(
    owner: User, teammate: User
) -> None:
    save(owner)
    incident, later = make_incident(by=teammate), make_incident(by=teammate)
    actor = actor_of(teammate)
    incidents.attach_cause(incident_id=incident.pk, cause="drift.tides", actor=actor)
    assert editing.remove_cause(slug="drift.tides", actor=actor_of(owner)) == "retire"
    assert incident.causes.get().cause.name == "Tides"
    with pytest.raises(Invalid, match="not offered any more"):
        incidents.attach_cause(incident_id=later.pk, cause="drift.tides", actor=actor)
    offered = {cause.slug for group in taxonomy_page() for cause in group.causes}
    assert "drift.tides" not in offered
    page = sign_in(teammate).get("/taxonomy/drift.tides/").content.decode()
    assert "Not offered any more" in page
    assert incident.title in page


def test_an_admin_makes_and_changes_a_cause_in_the_browser(owner: User) -> None:
    client = sign_in(owner)
    assert client.get("/taxonomy/new/?class=drift").status_code == 200
    client.post("/taxonomy/new/", FORM)
    cause = Cause.objects.get(slug="drift.tides")
    assert cause.follow_up_actions[1] == {"type": "prevent", "title": "Move uphill"}
    assert cause.external == {"avid": ["P0101", "P0104"]}
    twice = client.post("/taxonomy/new/", FORM)
    assert twice.status_code == 422
    shown = client.get("/taxonomy/drift.tides/edit/").context["form"]
    data = {name: value for name in shown.fields if (value := shown[name].value())}
    client.post("/taxonomy/drift.tides/edit/", {**data, "name": "High tides"})
    stale = client.post("/taxonomy/drift.tides/edit/", {**data, "name": "Low tides"})
    assert stale.status_code == 422
    page = client.get("/taxonomy/drift.tides/").content.decode()
    assert "High tides" in page
    assert "Version 1, until" in page
    client.post("/taxonomy/drift.tides/retire/")
    assert Cause.objects.get(slug="drift.tides").retired
    told = client.post("/taxonomy/drift.tides/give-back/", follow=True).content.decode()
    assert "there is no shipped wording" in told


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"follow_up_actions": "no type here"}, "follow_up_actions"),
        ({"external": "nonsense"}, "external"),
        ({"local_name": "new thing"}, "local_name"),
    ],
)
def test_a_form_that_cannot_be_read_comes_back_with_what_to_mend(
    owner: User, wrong: dict[str, str], field: str
) -> None:
    answer = sign_in(owner).post("/taxonomy/new/", {**FORM, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_only_admins_extend(teammate: User) -> None:
    client = sign_in(teammate)
    for path in ("new/", "drift.covariate/edit/"):
        assert client.get(f"/taxonomy/{path}").status_code == 403
    for path in ("drift.covariate/retire/", "drift.covariate/give-back/"):
        assert client.post(f"/taxonomy/{path}").status_code == 403
    body = {"cause_class": "drift", "local_name": "x", "name": "X", "definition": "x"}
    answer = api_client(teammate).post("/api/v1/taxonomy/causes/", body, format="json")
    assert answer.status_code == 403


def test_the_api_makes_shows_and_takes_away(owner: User) -> None:
    client = api_client(owner)
    body = {"cause_class": "drift", "local_name": "tides", "name": "Tides", "definition": "x"}
    made = client.post("/api/v1/taxonomy/causes/", body, format="json")
    assert made.status_code == 201
    one = "/api/v1/taxonomy/causes/drift.tides/"
    assert client.get(one).json()["shipped"] is False
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404
    facets = client.get("/api/v1/taxonomy/facets/").json()
    assert "harm_type" in {facet["name"] for facet in facets["facets"]}
    assert facets["version"]


def test_facets_and_versions_stand_on_their_page(stranger: User) -> None:
    page = sign_in(stranger).get("/taxonomy/facets/").content.decode()
    for words in ("detection-gap", "ruled-out", "fundamental-rights", "MITRE ATLAS"):
        assert words in page


def test_causes_are_found_by_foreign_codes_and_kinds_of_systems(stranger: User) -> None:
    client = sign_in(stranger)
    assert "data.schema-change" in client.get("/taxonomy/?q=P0104").content.decode()
    agents = client.get("/taxonomy/?kind=agent").content.decode()
    assert "agent.runaway-loop" in agents
    assert "training.target-leakage" not in agents
    assert client.get("/taxonomy/?kind=toaster").status_code == 200


DOCUMENT = """\
apiVersion: aire/v1
kind: Cause
metadata: {name: drift-tides, displayName: Tides}
spec:
  class: drift
  definition: The sea moved.
  appliesTo: [classical]
  external: {avid: [P0101]}
  detectionSignals: [water in the office]
  followUpActions: [{type: detect, title: Buy a gauge}]
"""


def test_a_cause_as_a_document_is_made_known_again_and_pruned(owner: User) -> None:
    assert verbs(apply(DOCUMENT)) == {"Cause drift-tides": "create"}
    assert verbs(apply(DOCUMENT)) == {"Cause drift-tides": "unchanged"}
    assert Cause.objects.get(slug="drift.tides").external == {"avid": ["P0101"]}
    apply("", prune=True)
    assert not Cause.objects.filter(slug="drift.tides").exists()


def test_a_document_about_a_shipped_cause_goes_back_when_it_is_pruned(owner: User) -> None:
    text = DOCUMENT.replace("drift-tides", "drift-covariate")
    apply(text)
    assert Cause.objects.get(slug="drift.covariate").name == "Tides"
    apply("", prune=True)
    cause = Cause.objects.get(slug="drift.covariate")
    assert (cause.shipped, cause.name) == (True, "Input distribution drift")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("drift-tides", "tides", "named drift-"),
        ("class: drift", "class: weather", "named weather-"),
        ("type: detect", "type: hope", "must be one of"),
        ("[classical]", "[toaster]", "Not known: toaster"),
        ("{avid: [P0101]}", "{icd: [x]}", "Not a scheme"),
    ],
)
def test_a_document_that_cannot_be_is_refused_with_its_line(
    owner: User, old: str, new: str, said: str
) -> None:
    assert said in " ".join(refused(DOCUMENT.replace(old, new)))
