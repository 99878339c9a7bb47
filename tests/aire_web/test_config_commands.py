"""`manage.py apply` and `manage.py export` as somebody at a terminal meets them."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Team, User
from aire_web.config.applying import LOCK
from aire_web.config.files import find_files
from tests.aire_web.documents import ALL, ENV, PEOPLE, SYSTEMS

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def environment(monkeypatch) -> None:
    monkeypatch.setenv("EVAL_KEY", ENV["EVAL_KEY"])


def test_a_folder_is_applied_and_the_keys_are_shown_once(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(ALL)
    said = run("apply", str(tmp_path))
    assert "create     System assistant\n" in said
    assert "Applied: 11 create." in said
    assert said.count("shown only this once:\n  aire_") == 2
    assert ENV["EVAL_KEY"] not in said
    again = run("apply", str(tmp_path))
    assert "Applied: 11 unchanged." in again
    assert "shown only this once" not in again


def test_a_dry_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "people.yml").write_text(PEOPLE)
    assert "Dry run, nothing was changed: 3 create." in run("apply", "--dry-run", str(tmp_path))
    assert not User.objects.exists()


def test_a_refusal_is_printed_with_its_place_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "systems.yaml"
    file.write_text(SYSTEMS)
    out = StringIO()
    with pytest.raises(CommandError, match="nothing was changed") as caught:
        call_command("apply", str(file), stdout=out)
    assert caught.value.returncode == 1
    assert f"refused    {file}:8: Team platform does not exist.\n" in out.getvalue()


def test_whoever_applies_while_another_does_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(ALL)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(CommandError, match="Another import or apply is at work"):
            run("apply", str(tmp_path))
    finally:
        other.close()
    assert "Applied: 11 create." in run("apply", str(tmp_path))


def test_prune_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(PEOPLE)
    run("apply", str(file))
    file.write_text("---\n".join(PEOPLE.split("---\n")[:2]))
    assert "delete     Team platform\n" in run("apply", "--prune", str(file))
    assert not Team.objects.exists()


def test_an_export_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CommandError, match="Unknown kind Nope"):
        run("export", "--kind", "Nope")


def test_an_export_can_be_applied_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(ALL)
    run("apply", str(tmp_path / "all.yaml"))
    (tmp_path / "export.yaml").write_text(run("export"))
    said = run("apply", str(tmp_path / "export.yaml"))
    assert re.search(r"Applied: [0-9]+ unchanged\.$", said.strip())


def test_folders_are_read_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "sub/c.yaml", ".hidden/d.yaml", "e.txt", ".f.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    files, refusals = find_files([str(tmp_path), str(tmp_path / "a.yaml")])
    assert [str(Path(file.name).relative_to(tmp_path)) for file in files] == [
        "a.yaml", "b.yml", "sub/c.yaml"
    ]  # fmt: skip
    assert refusals == []


def test_paths_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, refusals = find_files([str(tmp_path / "gone.yaml"), str(tmp_path / "empty")])
    assert [refusal.sentence for refusal in refusals] == [
        "There is no such file or folder.",
        "The folder holds no .yaml or .yml file.",
    ]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_text("#" * (1024 * 1024 + 1))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("apply", str(tmp_path), stdout=out)
    assert "large.yaml:1: The file is larger than 1,024 KB." in out.getvalue()
