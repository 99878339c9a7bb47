"""Moving over: what each tool's export becomes, what is left out and why, and that the second time
changes nothing. The tools are fakes that page as the real ones do."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import Role, Team, User
from aire_web.importing.applying import Imported, import_converted
from aire_web.importing.bundle import read_bytes
from aire_web.importing.products import PRODUCTS
from aire_web.models import KeptExport, ManagedDocument
from alerts.models import Route, Source
from core.errors import Invalid
from notifications.models import NotificationRule
from oncall.models import EscalationPolicy, Override, Schedule
from oncall.rotation import on_call
from oncall.snapshot import policy_snapshot, rules_at, rules_of
from tests.aire_web.importing.company import export_of
from tests.cast import TESTER, api_client, make_user, sign_in
from tests.fakes.oncall_tools import TOKEN, FakeGrafanaOnCall, FakeOpsgenie, FakePagerDuty
from tests.fakes.tracker_server import Answer

pytestmark = pytest.mark.django_db
EXPORTS = ("pagerduty", "opsgenie", "grafana-oncall")


def bring(product: str, *, dry_run: bool = False) -> Imported:
    made = PRODUCTS[product].convert(export_of(product))
    return import_converted(made, actor=TESTER, dry_run=dry_run)


def who(slug: str, at: datetime) -> str:
    (schedule,) = rules_at(at, slugs=[slug])
    duties = on_call(rules_of(schedule), at)
    return duties[0].user.email.partition("@")[0] if duties else "nobody"


def reasons(imported: Imported) -> str:
    return "\n".join(f"{item.what} {item.name}: {item.reason}" for item in imported.left_out)


def steps(slug: str) -> list[tuple[int, list[str], bool]]:
    policy = policy_snapshot(EscalationPolicy.objects.get(slug=slug))
    return [
        (step.after_seconds, [target.label for target in step.targets], step.round_robin)
        for step in policy.steps
    ]


@pytest.mark.parametrize("product", EXPORTS)
def test_the_second_time_changes_nothing(product: str) -> None:
    first = bring(product)
    assert first.changes > 5
    again = bring(product)
    assert (again.changes, again.keys) == (0, [])
    assert reasons(again) == reasons(first)


@pytest.mark.parametrize("product", EXPORTS)
def test_a_preview_writes_nothing_and_says_what_would_be_written(product: str) -> None:
    planned = bring(product, dry_run=True)
    assert not any(model.objects.exists() for model in (User, Schedule, Source))
    written = bring(product)
    assert [str(step) for step in planned.steps] == [str(step) for step in written.steps]


def test_pagerduty_becomes_the_same_people_on_call() -> None:
    imported = bring("pagerduty")
    assert User.objects.get(email="ana@example.org").role == Role.MANAGER
    assert Team.objects.get(slug="ml-platform").members.count() == 2
    # The first layer of the API wins: nights are Ben's, whoever's week it is.
    assert who("ml-primary", datetime(2026, 3, 4, 23, 0, tzinfo=UTC)) == "ben"
    # Turn 0 is the week of the virtual start, 6 January 2025, though the layer began later.
    assert who("ml-primary", datetime(2025, 1, 22, 12, 0, tzinfo=UTC)) == "ana"
    assert who("ml-primary", datetime(2025, 1, 29, 12, 0, tzinfo=UTC)) == "ben"
    assert Override.objects.get().user.email == "ben@example.org"
    assert steps("ml") == [
        (0, ["ML primary"], False),
        (1020, ["Ana Ruiz", "Ben"], True),  # the step that named nobody leaves its wait behind
    ]
    policy = EscalationPolicy.objects.get(slug="ml")
    assert (policy.repeat, policy.ack_timeout_seconds) == (2, 1800)
    assert Route.objects.get().match == ['aire_source="checkout-model"']
    said = reasons(imported)
    for part in ("no mail address", "Gone is not in the export", "US/Atlantis", "Odd turns: L",
                 "Nobody: None of its steps", "Only Events API v2", "own app"):  # fmt: skip
        assert part in said
    rule = NotificationRule.objects.get()
    assert (rule.user.email, rule.channel, rule.after_seconds) == ("ana@example.org", "email", 120)


def test_opsgenie_rotations_that_are_on_call_together_become_schedules_of_their_own() -> None:
    imported = bring("opsgenie")
    assert who("ml-office", datetime(2026, 3, 4, 12, 0, tzinfo=UTC)) in ("ana", "ben")
    assert who("ml-office", datetime(2026, 3, 7, 12, 0, tzinfo=UTC)) == "nobody"  # a Saturday
    assert who("ml-backup", datetime(2026, 3, 4, 22, 0, tzinfo=UTC)) == "ben"
    assert who("ml-backup", datetime(2026, 3, 4, 12, 0, tzinfo=UTC)) == "nobody"
    assert Override.objects.get().schedule.slug == "ml-office"
    assert steps("ml-escalation") == [
        (0, ["ML: Office", "ML: Backup"], False),
        (900, ["ML"], False),
    ]
    said = reasons(imported)
    for part in ("a cycle", "A turn of nobody", "Mars/Base", "gone@example.org", "type Fax",
                 "blocked"):  # fmt: skip
        assert part in said


def test_grafana_oncall_shifts_become_layers_by_their_level() -> None:
    imported = bring("grafana-oncall")
    # Rolling begins with the second group in the week of 6 January 2025.
    assert who("ml-web", datetime(2025, 1, 9, 12, 0, tzinfo=UTC)) == "ana"
    assert who("ml-web", datetime(2025, 1, 15, 12, 0, tzinfo=UTC)) == "ben"
    assert who("ml-web", datetime(2025, 1, 23, 12, 0, tzinfo=UTC)) == "ana"
    assert who("ml-web", datetime(2025, 1, 9, 20, 0, tzinfo=UTC)) == "ben"  # the base beneath
    assert who("ml-web", datetime(2099, 1, 1, 7, 30, tzinfo=UTC)) == "cy"
    assert steps("default") == [(0, ["ML web"], False), (300, ["ana", "ben"], True)]
    assert EscalationPolicy.objects.get(slug="default").repeat == 5
    said = reasons(imported)
    for part in ("lives in a calendar", "OGONE", "cy@example.org: one at a time", "Empty: None",
                 "trigger_webhook", "number for texts"):  # fmt: skip
        assert part in said
    assert [key.name for key in imported.keys] == ["alerts"]


def test_whoever_is_here_already_stays_as_they_are() -> None:
    ana = make_user("Ana", Role.ADMIN)
    bring("pagerduty")
    ana.refresh_from_db()
    assert (ana.role, ana.name) == (Role.ADMIN, "Ana")
    assert not ManagedDocument.objects.exists()  # a later `apply --prune` takes nothing away


def test_what_apply_refuses_is_left_out_with_whatever_names_it() -> None:
    made = PRODUCTS["pagerduty"].convert(export_of("pagerduty"))
    schedule = next(d for d in made.documents if d["kind"] == "Schedule")
    schedule["spec"]["rotations"][0]["handoff"] = "25:00"
    imported = import_converted(made, actor=TESTER, dry_run=False)
    assert "schedule ml-primary" in reasons(imported)
    assert "escalationpolicy ml: Schedule ml-primary does not exist" in reasons(imported)
    assert User.objects.count() == 2
    assert not EscalationPolicy.objects.exists()


RUBBISH: list[Any] = [
    None, 5, "x", [], {}, [None], {"id": {"a": 1}}, {"name": "\u0000\u202e" * 500}, {"id": -1},
    {"users": "x"}, float("inf"),
]  # fmt: skip


@pytest.mark.parametrize("product", EXPORTS)
def test_no_value_of_another_kind_breaks_an_import(product: str) -> None:
    """Every field of every object of the export in turn is something else."""
    for name, items in export_of(product).items():
        for number, item in enumerate(items):
            for field in item:
                lists = export_of(product)
                for rubbish in RUBBISH:
                    lists[name][number] = {**item, field: rubbish}
                    PRODUCTS[product].convert(lists)


@pytest.mark.parametrize(
    ("product", "fake"),
    [
        ("pagerduty", FakePagerDuty),
        ("opsgenie", FakeOpsgenie),
        ("grafana-oncall", FakeGrafanaOnCall),
    ],
)
@override_settings(AIRE_ALLOW_PRIVATE_NETWORK="127.0.0.1")
def test_reading_through_the_api_gives_what_the_export_does(product: str, fake: Any) -> None:
    lists = export_of(product)
    with fake(export_of(product)) as tool:
        read = PRODUCTS[product].read(tool.url, TOKEN)
        with pytest.raises(Invalid, match="token is not accepted"):
            PRODUCTS[product].read(tool.url, "wrong")
    convert = PRODUCTS[product].convert
    assert convert(read).documents == convert(lists).documents
    assert convert(read).rules == convert(lists).rules


class Elsewhere(FakeGrafanaOnCall):
    """Its next page is always somewhere else."""

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        found = super().answer(method, path, headers, body)
        return Answer(found.status, {**found.body, "next": "http://127.0.0.2/api/v1/users/"})


@override_settings(AIRE_ALLOW_PRIVATE_NETWORK="127.0.0.1")
def test_a_next_page_on_another_host_is_not_followed() -> None:
    with Elsewhere({"users": []}) as tool, pytest.raises(Invalid, match="another host"):
        PRODUCTS["grafana-oncall"].read(tool.url, TOKEN)


def test_a_private_address_is_refused() -> None:
    with pytest.raises(Invalid, match="not on the public internet"):
        PRODUCTS["pagerduty"].read("http://169.254.169.254", TOKEN)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_of_answers_is_read_by_the_names_of_its_files() -> None:
    lists = export_of("pagerduty")
    files = {f"export/{name}.json": json.dumps({name: items}) for name, items in lists.items()}
    data = zipped({name: text.encode() for name, text in files.items()})
    assert read_bytes("x.zip", data) == lists


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"{}", "Nothing that is known"),
        (b"PK\x03\x04rubbish", "zip cannot be read"),
        (zipped({"a.json": b" " * (51 * 1_048_576)}), "more than 50 MiB"),
        (zipped({f"{n}.json": b"[]" for n in range(501)}), "more than 500 files"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_bytes("export.json", data)


def test_an_admin_sees_what_would_come_and_then_writes_it() -> None:
    browser = sign_in(make_user("Olga", Role.ADMIN))
    file = SimpleUploadedFile("all.json", json.dumps(export_of("pagerduty")).encode())
    shown = browser.post("/settings/move/", {"product": "pagerduty", "file": file})
    assert "Nothing is written yet" in shown.content.decode()
    assert not Schedule.objects.exists()
    token = shown.context["token"]
    written = browser.post("/settings/move/", {"confirmed": token})
    assert "Written from PagerDuty" in written.content.decode()
    assert Schedule.objects.filter(slug="ml-primary").exists()
    assert not KeptExport.objects.exists()
    assert browser.post("/settings/move/", {"confirmed": token}).status_code == 302
    assert sign_in(make_user("Mia", Role.MANAGER)).get("/settings/move/").status_code == 403


def test_a_script_looks_and_then_runs_what_it_was_shown() -> None:
    admin = api_client(make_user("Olga", Role.ADMIN))
    sent = {"product": "opsgenie", "export": export_of("opsgenie")}
    looked = admin.post("/api/v1/imports/", sent, format="json").json()
    assert not Schedule.objects.exists()
    assert ("create", "Schedule", "ml-office") in {
        (step["verb"], step["kind"], step["name"]) for step in looked["steps"]
    }
    assert all(item["reason"] for item in looked["left_out"])
    run = admin.post("/api/v1/imports/run/", {"preview": looked["preview"]}, format="json").json()
    assert (run["applied"], run["changes"]) == (True, looked["changes"])
    assert Schedule.objects.count() == 2
    again = admin.post("/api/v1/imports/run/", {"preview": looked["preview"]}, format="json")
    assert again.status_code == 409
    assert admin.post("/api/v1/imports/", sent, format="json").json()["changes"] == 0


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"product": "opsgenie"}, "export"),
        ({"product": "nagios", "export": {"users": []}}, "product"),
        ({"product": "opsgenie", "export": "<xml>"}, "export"),
        ({"product": "opsgenie", "export": {"users": []}}, "export"),
    ],
)
def test_what_is_no_export_is_refused_beside_its_field(sent: dict[str, Any], field: str) -> None:
    admin = api_client(make_user("Olga", Role.ADMIN))
    refused = admin.post("/api/v1/imports/", sent, format="json")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {field})
    manager = api_client(make_user("Mia", Role.MANAGER))
    assert manager.post("/api/v1/imports/", sent, format="json").status_code == 403


def test_the_command_plans_and_applies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, items in export_of("opsgenie").items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"data": items}))
    call_command("import_oncall", "opsgenie", str(tmp_path))
    assert "--apply does it" in capsys.readouterr().out
    assert not Schedule.objects.exists()
    call_command("import_oncall", "opsgenie", str(tmp_path), "--apply")
    assert "create     Schedule ml-office" in capsys.readouterr().out
    assert Schedule.objects.count() == 2
    with pytest.raises(CommandError, match="AIRE_IMPORT_TOKEN"):
        call_command("import_oncall", "opsgenie", "--api")
