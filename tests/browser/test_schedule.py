"""A schedule is built, a shift of it taken, a page acknowledged on a phone, a playbook approved and
undone: by hand in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PHONE, Desk, Watched
from tests.fakes.kubernetes import FakeKubernetes
from tests.program.harness import ADMIN

pytestmark = pytest.mark.browser
SECOND = """
apiVersion: aire/v1
kind: User
metadata: {name: ben}
spec: {email: ben@example.org, name: Ben Bright, role: responder, timeZone: UTC}
"""
MINE = f"""
apiVersion: aire/v1
kind: EscalationPolicy
metadata: {{name: thumb}}
spec: {{steps: [{{targets: [{{user: {ADMIN}}}]}}]}}
---
apiVersion: aire/v1
kind: Route
metadata: {{name: thumb}}
spec: {{order: 1, match: ['alertname="Thumb"'], escalationPolicy: thumb, openIncident: page}}
"""

PLAYBOOK = """
apiVersion: aire/v1
kind: Connection
metadata: {{name: cluster, displayName: Cluster}}
spec: {{remedy: kubernetes, url: "{url}", allowed: [ai]}}
---
apiVersion: aire/v1
kind: Playbook
metadata: {{name: more-room, displayName: Make more room}}
spec:
  causes: [drift]
  steps:
    - mitigation: Add two replicas
      connection: cluster
      action: scale
      with: {{namespace: ai, deployment: assistant, replicas: "+2"}}
"""


@pytest.fixture
def manager(desk: Desk) -> Iterator[Watched]:
    with desk.open() as watched:
        yield watched
        assert watched.strangers == []


def test_a_schedule_is_built_seen_before_it_is_saved_and_a_shift_of_it_taken(
    desk: Desk, manager: Watched
) -> None:
    desk.manage("apply", "-", text=SECOND)
    manager.go("/on-call/schedules/new/")
    page = manager.page
    page.get_by_label("Name").first.fill("Night watch")
    page.get_by_label("Short name").fill("night-watch")
    page.locator("[name=rotations-0-name]").fill("Daily")
    page.locator("[name=rotations-0-users]").fill(f"ben@example.org\n{ADMIN}")
    page.locator("[name=rotations-0-starts]").fill("2026-01-05T09:00")
    page.locator("[name=rotations-0-shift_length]").fill("1d")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    assert page.locator(".week").count() == 12
    assert desk.rows("SELECT 1 FROM oncall_schedule WHERE slug = 'night-watch'", []) == []
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_role("heading", name="The next twelve weeks")).to_be_visible()

    shift = page.get_by_role("row").filter(has_text="Ben Bright").last
    begins = shift.locator("time").first.inner_text()
    shift.get_by_role("button", name="Take").click()
    page.locator("dialog[open]").get_by_role("button", name="Take this shift").click()
    expect(page.get_by_text("The shift is yours.")).to_be_visible()
    taken = page.get_by_role("row").filter(has_text=begins).filter(has_text="Swap with")
    expect(taken).to_have_count(1)


def test_a_page_comes_to_an_open_phone_and_is_acknowledged_with_one_thumb(desk: Desk) -> None:
    desk.manage("apply", "-", text=MINE)
    with desk.open(size=PHONE, has_touch=True, is_mobile=True) as phone:
        phone.go("/on-call/")
        page = phone.page
        ref = desk.incident_about("Thumb")
        button = page.get_by_role("button", name=f"Acknowledge {ref}")
        expect(button).to_be_visible(timeout=15_000)
        expect(page.get_by_role("heading", name="You are paged")).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 56
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE[0]
        button.tap()
        page.wait_for_load_state()
        expect(page.get_by_text(f"{ref} is acknowledged").first).to_be_visible()
        assert desk.api("GET", f"incidents/{ref}/")[1]["status"] == "acknowledged"
        phone.go("/on-call/")
        expect(button).to_have_count(0)
        assert phone.complaints() == []


def test_a_playbook_is_planned_run_approved_and_undone_without_looking_again(
    desk: Desk, manager: Watched
) -> None:
    with FakeKubernetes() as cluster:
        cluster.token = ""
        cluster.deployment("assistant")
        desk.manage("apply", "-", text=PLAYBOOK.format(url=cluster.url))
        page = manager.page
        manager.go(f"/incidents/{desk.ref_of('Card country drifted in the fraud features')}/")
        page.get_by_role("button", name="Dry run Make more room").click()
        expect(page.get_by_text("A dry run: nothing was sent")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("Sets replicas of deployment ai/assistant")).to_be_visible()
        assert cluster.patches == []
        page.get_by_role("button", name="Ask for approval").click()
        page.get_by_role("button", name="Approve what is shown below").click()
        expect(page.get_by_text("All steps are done.")).to_be_visible(timeout=20_000)
        assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 5
        page.get_by_role("button", name="Undo").click()
        page.locator("dialog[open]").get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Undone", exact=True)).to_be_visible(timeout=20_000)
        assert cluster.get("deployments", "assistant")["spec"]["replicas"] == 3
