"""The ceilings complain about the tail, and about nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.house.ceilings import ROOT, complaints


def write(root: Path, name: str, lines: int) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x = 1\n" * lines)


def test_the_house_keeps_its_ceilings() -> None:
    assert list(complaints(ROOT)) == []


def test_a_file_above_its_ceiling_is_named(tmp_path: Path) -> None:
    write(tmp_path, "core/long.py", 401)
    write(tmp_path, "core/fitting.py", 400)
    write(tmp_path, "tests/test_long.py", 500)
    assert list(complaints(tmp_path, {})) == ["core/long.py: 401 lines, the ceiling is 400"]


def test_a_long_function_is_named_with_its_line(tmp_path: Path) -> None:
    body = "    x = 1\n" * 50
    (tmp_path / "a.py").write_text(f"\ndef short():\n    pass\n\n\ndef long():\n{body}")
    assert list(complaints(tmp_path, {})) == ["a.py:6: long has 51 lines, the ceiling is 50"]


def test_generated_and_vendored_files_are_not_counted(tmp_path: Path) -> None:
    write(tmp_path, "core/migrations/0001_initial.py", 900)
    write(tmp_path, "static/vendor/htmx.js", 900)
    write(tmp_path, ".venv/lib/long.py", 900)
    assert list(complaints(tmp_path, {})) == []


def test_an_exception_has_its_own_limit_and_ends_when_it_is_not_needed(tmp_path: Path) -> None:
    write(tmp_path, "a.py", 450)
    write(tmp_path, "b.py", 10)
    exceptions = dict.fromkeys(("a.py", "b.py", "c.py"), (460, "a table"))
    assert list(complaints(tmp_path, exceptions)) == [
        "b.py: needs no exception any more",
        "c.py: has an exception and does not exist",
    ]
    write(tmp_path, "a.py", 461)
    assert "a.py: 461 lines, the ceiling is 460" in list(complaints(tmp_path, exceptions))
