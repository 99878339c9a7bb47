"""What the documentation says about commands and reminders is what the program does."""

from __future__ import annotations

from pathlib import Path

from chatops.grammar import chat
from chatops.registry import COMMANDS
from incidents.follow_up import TIMES, UPDATE_EVERY

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "chat.md").read_text()


def test_the_table_of_commands_is_the_registry() -> None:
    said = chat(own_incident=False)
    rows = [f"| `{said.usage(one)}` | {one.does} | `{said.example(one)}` |" for one in COMMANDS]
    begin = PAGE.index("| command | what it does")
    table = PAGE[begin:].split("\n\n")[0].splitlines()[2:]
    assert table == rows


def test_the_times_of_updates_and_reminders_are_the_rules() -> None:
    for severity, after in UPDATE_EVERY.items():
        minutes = int(after.total_seconds() // 60)
        hours = f"{minutes // 60} hour{'s' if minutes > 60 else ''}"
        words = f"{minutes} minutes" if minutes < 60 else hours
        assert f"| {severity.upper()} | {words} |" in PAGE
    for row, times in zip(("an update is overdue", "nobody leads", "not closed"), TIMES.values(),
                          strict=True):  # fmt: skip
        line = next(line for line in PAGE.splitlines() if row in line and line.startswith("|"))
        assert line.endswith(f"| {times} times |")
