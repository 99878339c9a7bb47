"""Where people meet playbooks: pages, API, documents, chat; what they may not see they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from catalog.models import System
from chatops.cards import incident_card
from chatops.surface import Button, Buttons, Reply, Row
from core import clock
from core.errors import Invalid
from incidents.models import Incident
from incidents.services import add_note, attach_cause, set_private
from playbooks import services
from playbooks.models import Connection, Playbook, PlaybookRun
from playbooks.selectors import playbooks_page
from postmortems.drafting import draft_lines
from postmortems.facts import facts_of
from postmortems.template_body import TemplateBody, TemplateSection
from slos.models import Slo
from tests.aire_web.documents import apply, refused, verbs
from tests.cast import actor_of, api_client, make_system, sign_in
from tests.chatops.cast import buttons, press, told, words
from tests.fakes import kubernetes as fake_kubernetes
from tests.fakes.kubernetes import FakeKubernetes
from tests.playbooks.cast import ROLL_BACK, SCALE, connect, make_playbook, pass_time, start, work
from tests.slos.scene import make_slo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slo(system: System) -> Slo:
    return make_slo(system)


APPROVED = {"role": "responder", "another": True}


def test_an_incident_offers_what_fits_and_takes_it_from_plan_to_undo(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User
) -> None:
    make_playbook(ROLL_BACK, slug="back", causes=["prompt"], approval=APPROVED)
    make_playbook(SCALE, slug="room", causes=["serving"])
    browser = sign_in(teammate)
    page = f"/incidents/{incident.ref}/"
    assert "No playbook fits what is known so far" in browser.get(page).content.decode()
    attach_cause(
        incident_id=incident.pk, cause="prompt.template-regression", actor=actor_of(teammate)
    )
    shown = browser.get(page).content.decode()
    assert "For prompt.template-regression, suspected" in shown
    assert ">Back</a>" in shown
    assert ">Room</a>" not in shown
    to = browser.post(f"/playbooks/incidents/{incident.ref}/back/").headers["Location"]
    run = PlaybookRun.objects.get()
    work(run)
    shown = browser.get(to).content.decode()
    assert "A dry run: nothing was sent" in shown
    assert f"PATCH {cluster.url}/apis/apps/v1/namespaces/ai/deployments/assistant" in shown
    assert fake_kubernetes.TOKEN not in shown
    browser.post(f"{to}begin/")
    assert "Approve what is shown" not in browser.get(to).content.decode()
    other = sign_in(owner)
    assert "Approve what is shown" in other.get(to).content.decode()
    other.post(f"{to}approve/", {"note": "looks <b>right</b>"})
    assert work(run).status == "succeeded"
    shown = other.get(to).content.decode()
    assert "looks &lt;b&gt;right&lt;/b&gt;" in shown
    assert cluster.image() == "assistant:41"
    tag = other.get(to).context["live_url"]
    assert other.get(f"{to}{tag}", headers={"HX-Request": "true"}).status_code == 204
    other.post(f"{to}undo/")
    assert work(run).status == "undone"
    assert cluster.image() == "assistant:42"
    again = other.post(f"{to}undo/", follow=True)
    assert "is undone and cannot become" in again.content.decode()


def timeline_of(incident: Incident, user: User, show: str) -> str:
    page = sign_in(user).get(f"/incidents/{incident.ref}/?show={show}").content.decode()
    return page.partition('id="timeline"')[2].partition("</ol>")[0]


def test_what_was_done_is_seen_at_a_glance_on_the_page_the_api_the_card_and_the_draft(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    add_note(incident_id=incident.pk, text="Looking at it", actor=actor_of(teammate))
    work(start(make_playbook(SCALE), incident, teammate))
    page = timeline_of(incident, teammate, "done")
    assert "#wrench" in page
    assert "“Add two replicas” is done" in page
    assert "is being planned" in page
    assert "Looking at it" not in page
    key = timeline_of(incident, teammate, "key")
    assert "“Add two replicas” is done" in key
    assert "is being planned" not in key
    script, address = api_client(teammate), f"/api/v1/incidents/{incident.ref}/events/"
    shown = script.get(f"{address}?show=done").json()["results"]
    assert {line["kind"] for line in shown} == {"mitigation"}
    assert script.get(f"{address}?show=everything").status_code == 400
    fields = dict(incident_card(incident).fields)
    assert "all steps are done" in str(fields["Last done"][0])
    body = TemplateBody(sections=[TemplateSection(key="containment", title="Containment")])
    draft = draft_lines(facts_of(incident), body)
    assert any("“Add two replicas” is done" in line for line in draft["containment"])


def test_what_running_it_would_take_stands_beside_the_dry_run(
    cluster: FakeKubernetes, incident: Incident, system: System, teammate: User, slo: Slo
) -> None:
    make_system("shop", depends_on=[system.slug])
    verify = {"slo": slo.slug, "undo": True}
    playbook = make_playbook(
        SCALE, approval={"role": "responder", "count": 2, "another": True},
        limits={"dependents": 0, "coolDown": "1h"}, verify=verify,
    )  # fmt: skip
    browser = sign_in(teammate)
    run = work(start(playbook, incident, teammate, at_once=False))
    shown = browser.get(f"/playbooks/runs/{run.ref}/").content.decode()
    assert "2 managers have to agree, and not whoever starts it." in shown
    assert "1 system depends on what it touches" in shown
    assert "1 system behind what it touches; up to 0" in shown
    assert "taken back by itself when it did not help" in shown
    assert "Ask for approval" in shown
    PlaybookRun.objects.filter(pk=run.pk).update(status="stopped")
    make_playbook(SCALE, slug="more-room", limits={"coolDown": "1h"})
    work(start(playbook, incident, teammate))
    again = work(start(playbook, incident, teammate, at_once=False))
    shown = browser.get(f"/playbooks/runs/{again.ref}/").content.decode()
    assert "Nobody has to agree" in shown
    assert "Possible again" in shown


def test_what_waits_is_on_the_first_page_of_whoever_can_help_and_on_top_of_the_incident(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    playbook = make_playbook(SCALE, approval={"role": "manager"})
    run = work(start(playbook, incident, teammate))
    assert run.status == "waiting"
    assert "Playbooks that wait for you" in sign_in(owner).get("/").content.decode()
    for user in (teammate, stranger):
        assert "Playbooks that wait for you" not in sign_in(user).get("/").content.decode()
    page = f"/incidents/{incident.ref}/"
    assert "More room: Approve or refuse" in sign_in(owner).get(page).content.decode()
    assert "It waits for somebody else." in sign_in(teammate).get(page).content.decode()
    set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    assert run.ref not in sign_in(stranger).get("/").content.decode()
    services.answer_approval(run_id=run.pk, user=owner, agrees=False, actor=actor_of(owner))
    assert "Playbooks that wait" not in sign_in(owner).get("/").content.decode()


def test_any_playbook_can_be_chosen_for_an_incident(
    cluster: FakeKubernetes, incident: Incident, teammate: User, stranger: User
) -> None:
    make_playbook(SCALE, slug="room", causes=["serving"])
    browser = sign_in(teammate)
    assert (
        f"/playbooks/?incident={incident.ref}"
        in browser.get(f"/incidents/{incident.ref}/").content.decode()
    )
    offered = browser.get(f"/playbooks/?incident={incident.ref}").content.decode()
    assert f"/playbooks/incidents/{incident.ref}/room/" in offered
    assert browser.get("/playbooks/?incident=INC-999999").status_code == 404
    plain = sign_in(stranger).get(f"/playbooks/?incident={incident.ref}").content.decode()
    assert f"/playbooks/incidents/{incident.ref}/" not in plain


def test_who_may_not_see_the_incident_sees_no_run_anywhere(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User, stranger: User
) -> None:
    run = work(start(make_playbook(), incident, teammate))
    set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    browser, script = sign_in(owner), api_client(owner)
    assert browser.get(f"/playbooks/runs/{run.ref}/").status_code == 404
    assert run.ref not in browser.get("/playbooks/runs/").content.decode()
    assert run.ref not in browser.get("/playbooks/more-room/").content.decode()
    assert [one.last_run for one in playbooks_page(owner).items] == [None]
    assert [one.last_run for one in playbooks_page(teammate).items] == [run.created_at]
    assert script.get("/api/v1/playbook-runs/").json()["results"] == []
    assert script.get(f"/api/v1/playbook-runs/{run.ref}/").status_code == 404
    undo = script.post(f"/api/v1/playbook-runs/{run.ref}/act/", {"do": "undo"}, format="json")
    assert undo.status_code == 404
    assert browser.post(f"/playbooks/runs/{run.ref}/undo/").status_code == 404


def test_a_viewer_reads_and_changes_nothing(
    cluster: FakeKubernetes, incident: Incident, teammate: User, stranger: User
) -> None:
    run = work(start(make_playbook(), incident, teammate))
    browser = sign_in(stranger)
    shown = browser.get(f"/playbooks/runs/{run.ref}/").content.decode()
    assert "Sets replicas of deployment ai/assistant from 3 to 5" in shown
    assert "PATCH" not in shown
    answer = api_client(stranger).get("/api/v1/playbook-runs/").json()
    assert [step["sending"] for step in answer["results"][0]["steps"]] == [None]
    for address in (f"/playbooks/runs/{run.ref}/undo/", "/playbooks/new/",
                    f"/playbooks/incidents/{incident.ref}/more-room/",
                    "/settings/connections/"):  # fmt: skip
        assert browser.post(address).status_code in (403, 405)
    assert api_client(stranger).get("/api/v1/connections/").json()["results"] == []


def test_the_lists_cost_the_same_for_many(
    cluster: FakeKubernetes, incident: Incident, teammate: User,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for number in range(6):
        work(start(make_playbook(slug=f"room-{number}"), incident, teammate))
    browser = sign_in(teammate)
    for address in ("/playbooks/", "/playbooks/runs/", "/playbooks/room-1/"):
        with django_assert_max_num_queries(12):
            browser.get(address)


def test_a_connection_cannot_be_called_what_is_an_address_already(
    cluster: FakeKubernetes,
) -> None:
    with pytest.raises(Invalid, match="was not saved") as refused_it:
        connect(cluster, slug="new")
    assert list(refused_it.value.errors) == ["slug"]


def test_the_api_plans_approves_and_undoes(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User
) -> None:
    script = api_client(owner)
    spec = {"steps": [SCALE], "approval": {"role": "responder"}}
    made = script.post("/api/v1/playbooks/", {"slug": "room", "name": "Room", "spec": spec},
                       format="json")  # fmt: skip
    assert made.status_code == 201, made.json()
    wrong = script.put("/api/v1/playbooks/room/", {"name": "Room", "spec": {"steps": []}},
                       format="json")  # fmt: skip
    assert wrong.status_code == 400
    assert "at least 1" in str(wrong.json()["errors"])
    begun = {"playbook": "room", "incident": incident.ref, "run": True}
    run = script.post("/api/v1/playbook-runs/", begun, format="json").json()
    work(PlaybookRun.objects.get())
    address = f"/api/v1/playbook-runs/{run['ref']}/"
    found = script.get(address).json()
    assert (found["status"], found["steps"][0]["sending"]["method"]) == ("waiting", "PATCH")
    done = script.post(f"{address}act/", {"do": "approve"}, format="json")
    assert done.json()["status"] == "running"
    assert script.post(f"{address}act/", {"do": "approve"}, format="json").status_code == 409
    work(PlaybookRun.objects.get())
    assert script.post(f"{address}act/", {"do": "fine"}, format="json").status_code == 400
    assert script.post(f"{address}act/", {"do": "undo"}, format="json").status_code == 200
    assert work(PlaybookRun.objects.get()).status == "undone"


def test_a_page_writes_a_playbook_and_says_what_is_wrong_beside_it(
    cluster: FakeKubernetes, owner: User
) -> None:
    browser = sign_in(owner)
    wrong = browser.post(
        "/playbooks/new/", {"name": "A", "slug": "a", "definition": "steps:\n  - {check: [x}\n"}
    )
    assert wrong.status_code == 422
    assert "Line 2" in wrong.content.decode()
    missing = "steps:\n  - {mitigation: x, connection: nowhere, action: scale}\n"
    told = browser.post("/playbooks/new/", {"name": "A", "slug": "a", "definition": missing})
    assert "There is no connection nowhere" in told.content.decode()
    right = (
        "steps:\n  - mitigation: Scale\n    connection: cluster\n    action: scale\n"
        "    with: {namespace: ai, deployment: assistant, replicas: '5'}\n"
    )
    browser.post("/playbooks/new/", {"name": "A", "slug": "a", "definition": right})
    playbook = Playbook.objects.get()
    edit = browser.get("/playbooks/a/edit/").content.decode()
    assert "deployment: assistant" in edit
    browser.post("/playbooks/a/remove/")
    assert not Playbook.objects.filter(pk=playbook.pk).exists()


def test_an_admin_connects_a_cluster_and_never_sees_its_token_again(owner: User) -> None:
    browser = sign_in(owner)
    form = {
        "name": "Prod", "slug": "prod", "base_url": "https://k8s.example.org", "enabled": "on",
        "allowed": "ai\n\nml", "token": "sa-secret",
    }  # fmt: skip
    empty = browser.post("/settings/connections/new/kubernetes/", {**form, "allowed": " "})
    assert empty.status_code == 422
    browser.post("/settings/connections/new/kubernetes/", form)
    row = Connection.objects.get()
    assert (row.allowed, row.token.reveal()) == (["ai", "ml"], "sa-secret")
    for address in ("/settings/connections/", "/settings/connections/prod/"):
        assert "sa-secret" not in browser.get(address).content.decode()
    for elsewhere in ("https://evil.example.org", "http://k8s.example.org"):
        moved = {**form, "base_url": elsewhere, "token": ""}
        assert browser.post("/settings/connections/prod/", moved).status_code == 422
        row.refresh_from_db()
        assert row.base_url == "https://k8s.example.org"
    browser.post("/settings/connections/prod/remove/")
    assert not Connection.objects.exists()


DOCUMENTS = """\
apiVersion: aire/v1
kind: Connection
metadata: {name: cluster, displayName: Cluster}
spec: {remedy: kubernetes, url: "https://k8s.example.org", allowed: [ai], token: "${TOKEN}"}
---
apiVersion: aire/v1
kind: Playbook
metadata: {name: room, displayName: More room}
spec:
  causes: [serving]
  owner: olga.owner@example.org
  steps:
    - mitigation: Add two
      helps: scale
      connection: cluster
      action: scale
      with: {namespace: ai, deployment: assistant, replicas: "+2"}
  approval: {role: manager, expires: 1h}
  limits: {coolDown: 30m}
  automatic: [serving]
"""


def test_documents_are_applied_known_again_and_exported_without_secrets(owner: User) -> None:
    from aire_web.config.export import export_yaml

    env = {"TOKEN": "sa-1"}
    assert verbs(apply(DOCUMENTS, env=env)) == {
        "Connection cluster": "create",
        "Playbook room": "create",
    }
    assert set(verbs(apply(DOCUMENTS, env=env)).values()) == {"unchanged"}
    apply("", prune=True)
    assert not Playbook.objects.exists()
    apply(DOCUMENTS, env=env)
    text = export_yaml()
    assert "sa-1" not in text
    assert "expires: 1h" in text
    assert set(verbs(apply(text)).values()) == {"unchanged"}
    assert Playbook.objects.get().automatic_by == str(owner)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("connection: cluster", "connection: nowhere", "nowhere"),
        ("namespace: ai", "namespace: kube-system", "may not touch"),
        ("causes: [serving]", "causes: [weather]", "Not in the taxonomy"),
        ("remedy: kubernetes", "remedy: nomad", "Choose one of"),
        ("helps: scale", "hlps: scale", "hlps"),
    ],
)
def test_a_document_that_cannot_be_is_refused(owner: User, old: str, new: str, said: str) -> None:
    text = DOCUMENTS.replace(old, new)
    assert said in " ".join(refused(text, env={"TOKEN": "sa-1"}))


def test_chat_plans_runs_and_approves(
    cluster: FakeKubernetes, incident: Incident, teammate: User, owner: User
) -> None:
    make_playbook(ROLL_BACK, slug="back", causes=["prompt"], approval=APPROVED)
    nothing = told(teammate, f"playbook {incident.ref}")
    assert "No playbook fits" in nothing.text
    attach_cause(
        incident_id=incident.pk, cause="prompt.template-regression", actor=actor_of(teammate)
    )
    offered = told(teammate, f"playbook {incident.ref}")
    row = next(block for block in offered.blocks if isinstance(block, Row))
    assert row.button is not None
    planned = press(teammate, row.button)
    assert isinstance(planned, Reply)
    assert "Nothing is sent yet" in planned.text
    run = work(PlaybookRun.objects.get())
    press(teammate, buttons(planned)[0])
    assert work(run).status == "waiting"
    assert Button("run", "Playbook to approve", f"playbook {incident.ref}") in (
        incident_card(incident).buttons
    )
    mine = told(teammate, f"playbook {incident.ref}")
    assert not any(isinstance(block, Buttons) for block in mine.blocks)
    approve, refuse = [b for b in buttons(told(owner, f"playbook {incident.ref}"))
                       if b.action in ("playbook-approve", "playbook-refuse")]  # fmt: skip
    answered = press(owner, approve)
    assert isinstance(answered, Reply)
    assert "running" in words(answered.blocks).lower()
    twice = press(owner, refuse)
    assert isinstance(twice, Reply)
    assert "cannot become" in twice.text or "does not wait" in twice.text
    assert work(run).status == "succeeded"
    assert cluster.image() == "assistant:41"


def test_chat_answers_questions_and_says_what_became_of_a_step(
    cluster: FakeKubernetes, incident: Incident, teammate: User, stranger: User, slo: Slo
) -> None:
    verify = {"slo": slo.slug}
    run = start(
        make_playbook({"check": "Queues are long"}, SCALE, verify=verify), incident, teammate
    )
    assert work(run).status == "running"
    asked = told(teammate, f"playbook {incident.ref}")
    assert "Queues are long" in words(asked.blocks)
    go_on = next(b for b in buttons(asked) if b.action == "playbook-fine")
    for value in (f"{run.ref} nonsense", f"{run.ref}", f"RUN-0 {run.steps.all()[0].pk}"):
        wrong = press(teammate, replace(go_on, value=value))
        assert isinstance(wrong, Reply)
        assert "There is no" in wrong.text
    press(stranger, go_on)
    assert work(run).status == "running"
    press(teammate, go_on)
    assert work(run).status == "verifying"
    pass_time(run, minutes=11)
    assert work(run).status == "held"
    helped = next(b for b in buttons(told(teammate, f"playbook {incident.ref}"))
                  if b.action == "playbook-helped")  # fmt: skip
    press(teammate, helped)
    run.refresh_from_db()
    assert run.status == "succeeded"


def test_chat_settles_an_uncertain_step(
    cluster: FakeKubernetes, incident: Incident, teammate: User
) -> None:
    run = work(start(make_playbook(), incident, teammate, at_once=False))
    run.steps.update(status="uncertain", sent_at=clock.now())
    PlaybookRun.objects.filter(pk=run.pk).update(status="running")
    PlaybookRun.objects.filter(pk=run.pk).update(status="held")
    shown = buttons(told(teammate, f"playbook {incident.ref}"))
    assert {"playbook-happened", "playbook-not-happened", "playbook-undo"} <= {
        one.action for one in shown
    }
    press(teammate, next(one for one in shown if one.action == "playbook-happened"))
    assert run.steps.get().status == "done"


def test_a_system_shows_the_playbooks_that_are_made_for_it(
    cluster: FakeKubernetes, system: System, teammate: User
) -> None:
    make_playbook(slug="ours", systems=[system.slug])
    make_playbook(slug="of-its-kind", systemKinds=["llm"])
    make_playbook(slug="of-others", systemKinds=["classical"])
    page = sign_in(teammate).get(f"/systems/{system.slug}/").content.decode()
    assert "/playbooks/ours/" in page
    assert "/playbooks/of-its-kind/" in page
    assert "/playbooks/of-others/" not in page


def test_a_cause_names_the_playbooks_that_carry_its_mitigations_out(
    cluster: FakeKubernetes, teammate: User
) -> None:
    make_playbook({**ROLL_BACK, "helps": "retrain"}, slug="again")
    page = sign_in(teammate).get("/taxonomy/drift.covariate/").content.decode()
    assert "Playbooks for it" in page
    assert "/playbooks/again/" in page


def test_every_kind_that_the_taxonomy_names_is_one_and_every_sentence_is_its_own() -> None:
    from playbooks.kinds import KINDS
    from taxonomy.shipped import kind_of_mitigation, mitigation_kinds, shipped

    written = {text for _, cause in shipped().causes() for text in cause["immediate_mitigations"]}
    assert set(mitigation_kinds().values()) == set(KINDS)
    assert set(mitigation_kinds()) <= written
    assert kind_of_mitigation("serve yesterday's index [restore-index]") == "restore-index"
    assert kind_of_mitigation("call Ana") == ""
