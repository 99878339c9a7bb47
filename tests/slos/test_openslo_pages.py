"""OpenSLO in the browser: a preview, an import that says what is wrong, exports."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from catalog.models import System
from slos.models import Slo
from tests.cast import sign_in
from tests.slos.scene import DAY, make_slo, measure, point

pytestmark = pytest.mark.django_db


@pytest.fixture
def burning(system: System) -> Slo:
    slo = make_slo(system, "grounded")
    measure(slo, point(DAY, 9, 10))
    return slo


DOCUMENTS = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: imported, displayName: Imported}
spec:
  service: checkout-assistant
  indicator:
    metadata: {name: imported-sli}
    spec:
      ratioMetric:
        good: {metricSource: {type: Prometheus, spec: {query: good}}}
        total: {metricSource: {type: Prometheus, spec: {query: all}}}
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.97}]
"""


def test_openslo_is_shown_first_and_then_imported(owner: User, system: System) -> None:
    client = sign_in(owner)
    page = client.post("/slos/openslo/", {"text": DOCUMENTS, "action": "check"}).content.decode()
    assert "This is what would be done" in page
    assert "no burn rate raises one" in page
    assert not Slo.objects.exists()
    page = client.post("/slos/openslo/", {"text": DOCUMENTS, "action": "import"}).content.decode()
    assert "Imported" in page
    assert Slo.objects.get().target == 0.97


def test_a_file_is_taken_as_well(owner: User, system: System) -> None:
    upload = SimpleUploadedFile("team.yaml", DOCUMENTS.encode())
    sign_in(owner).post("/slos/openslo/", {"file": upload, "action": "import"})
    assert Slo.objects.get().slug == "imported"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DOCUMENTS.replace("0.97", "97"), "must be at least 0 and below 1"),
        (DOCUMENTS.replace("checkout-assistant", "nowhere"), "does not exist"),
        ("a: [", "Not readable as YAML"),
        ("apiVersion: aire/v1\nkind: User\nmetadata: {name: x}\nspec: {}", "Only openslo/v1"),
        ("", "Paste documents or choose a file"),
    ],
)
def test_openslo_that_is_wrong_is_told_by_line_and_changes_nothing(
    owner: User, system: System, text: str, said: str
) -> None:
    answer = sign_in(owner).post("/slos/openslo/", {"text": text, "action": "import"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Slo.objects.exists()


def test_secrets_of_the_server_cannot_be_taken_through_the_browser(
    owner: User, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_SECRET", "hidden")
    text = (
        "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: x}\n"
        "spec: {type: Prometheus, connectionDetails: {url: 'http://x', token: '${SOME_SECRET}'}}"
    )
    answer = sign_in(owner).post("/slos/openslo/", {"text": text, "action": "import"})
    assert answer.status_code == 422
    assert "SOME_SECRET is not set" in answer.content.decode()


def test_only_managers_import(teammate: User, system: System) -> None:
    answer = sign_in(teammate).post("/slos/openslo/", {"text": DOCUMENTS, "action": "import"})
    assert answer.status_code == 403
    assert not Slo.objects.exists()


def test_what_is_exported_can_be_imported_again(owner: User, burning: Slo) -> None:
    client = sign_in(owner)
    text = client.get("/slos/openslo/export/").content.decode()
    assert "kind: SLO" in text
    page = client.post("/slos/openslo/", {"text": text, "action": "check"}).content.decode()
    assert "Nothing was changed yet" in page
    one = client.get("/slos/openslo/export/", {"slo": "grounded"}).content.decode()
    assert one.count("kind: SLO\n") == 1
    assert client.get("/slos/openslo/export/", {"slo": "nothing"}).status_code == 404


def test_prometheus_rules_say_what_they_leave_out(teammate: User, burning: Slo) -> None:
    text = sign_in(teammate).get("/slos/openslo/prometheus-rules/").content.decode()
    assert "# Left out: grounded: its indicator has no query for good." in text
