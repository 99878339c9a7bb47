"""Measurements out of CSV files as spreadsheets and scripts write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from slos import csv_reader
from slos.csv_reader import CsvRead, read_csv

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEAD = "start,end,good,total\n"
ROW = "2026-11-21T10:00:00Z,2026-11-21T10:01:00Z,99,100\n"


def read(text: str | bytes) -> CsvRead:
    return read_csv(text if isinstance(text, bytes) else text.encode(), now=NOW)


def only_error(text: str | bytes) -> tuple[int, str, str]:
    (error,) = read(text).errors
    return error


def test_lines_become_points_that_know_their_line() -> None:
    found = read(HEAD + ROW + "\n" + ROW.replace("10:0", "11:0"))
    assert [line for line, _ in found.points] == [2, 4]
    assert [(point.good, point.total) for _, point in found.points] == [(99, 100), (99, 100)]
    assert found.points[0][1].start == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert found.errors == []


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_encodings_and_line_ends_make_no_difference(
    separator: str, encoding: str, end: str
) -> None:
    text = (HEAD + ROW + ROW.replace("10:0", "11:0")).replace(",", separator).replace("\n", end)
    if encoding == "utf-16-le-mark":
        data = b"\xff\xfe" + text.encode("utf-16-le")
    else:
        data = text.encode(encoding)
    found = read(data)
    assert len(found.points) == 2
    assert found.errors == []


def test_the_order_of_columns_case_and_quotes_make_no_difference() -> None:
    found = read(
        '"Total";"Good";"End";"Start";"Sample Rate";"Evaluator";"Remark"\n'
        '100;"99";2026-11-21T11:01:00+01:00;2026-11-21T11:00:00+01:00;0.1;judge@3;"a;b"\n'
    )
    ((line, point),) = found.points
    assert line == 2
    assert (point.good, point.total, point.sample_rate, point.evaluator) == (
        99,
        100,
        0.1,
        "judge@3",
    )
    assert point.start.hour == 10
    assert found.notes == ["These columns were not read: remark."]


def test_the_line_that_tells_excel_its_separator_is_skipped() -> None:
    found = read("sep=;\r\n" + (HEAD + ROW).replace(",", ";"))
    assert [line for line, _ in found.points] == [3]


def test_windows_text_is_read_and_said() -> None:
    data = (HEAD.strip() + ",cohort\n" + ROW.strip() + ",Größe\n").encode("cp1252")
    found = read(data)
    assert found.points[0][1].cohort == "Größe"
    assert found.notes == ["The file is not UTF-8; it was read as Windows-1252."]


@pytest.mark.parametrize("number", ["99,5", "1.234,5", "1,234", "12,345.6", "1 234,5", "0,9"])
def test_a_decimal_comma_is_refused_with_a_sentence(number: str) -> None:
    row = ROW.replace(",", ";").replace(";99;", f";{number};")
    line, column, message = only_error(HEAD.replace(",", ";") + row)
    assert (line, column) == (2, "good")
    assert message == (
        f"“{number}” has a comma. Write numbers with a point and without separators: 1234.5."
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("good", "=1+1"), ("good", "+cmd|' /C calc'!A0"), ("good", "@SUM(A1)"), ("good", "99%"),
        ("total", "nan"), ("total", "inf"), ("total", "0x10"), ("total", "1_000"),
        ("total", "\u0663"), ("total", "<script>"), ("good", "-1"), ("good", "101"),
        ("good", "1e400"), ("good", "9" * 5000), ("total", ""), ("start", ""),
        ("start", "21.11.2026 10:00"), ("start", "2026-11-21T10:00:00"), ("start", "46347.5"),
        ("end", "2026-11-22T10:00:00Z"), ("end", "2026-11-21T09:00:00Z"), ("start", "\x1b[2J"),
    ],
)  # fmt: skip
def test_bad_cells_are_refused_by_line_and_column_and_neighbours_kept(
    column: str, cell: str
) -> None:
    cells = dict(zip(HEAD.strip().split(","), ROW.strip().split(","), strict=True))
    cells[column] = f'"{cell}"'
    found = read(HEAD + ROW.replace("10:0", "08:0") + ",".join(cells.values()) + "\n")
    assert [line for line, _ in found.points] == [2]
    (error,) = found.errors
    assert error.line == 3
    assert error.message.endswith(".")
    assert len(error.message) < 200
    assert error.message.isprintable()


def test_overlaps_name_both_lines() -> None:
    longer = ROW.replace("10:01", "10:02")
    line, _, message = only_error(HEAD + "\n" + ROW + longer)
    assert (line, message) == (4, "It overlaps the measurement of line 3 with other bounds.")


def test_the_last_of_two_equal_lines_counts() -> None:
    found = read(HEAD + ROW + ROW.replace("99,", "98,"))
    assert [(line, point.good) for line, point in found.points] == [(3, 98)]
    assert found.errors == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"good,total\n1,2\n", "it lacks start, end"),
        (b"start,end,good,total,good\n", "there twice"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it lacks"),
        (b"PK\x03\x04" + b"\x00" * 60, ""),
        (b"\xff\xfe\x00", ""),
        (b"\xff\xfea", ""),
        (b"<html><body>", "it lacks"),
        (b'{"measurements": []}', "it lacks"),
        ((HEAD + '"' + "x" * 200_000).encode(), "no CSV"),
        ((HEAD + ROW.strip() + ",1,2,3\n").encode(), "It has 7 cells"),
        ((HEAD + "a\x00b,c,1,2\n").encode(), ""),
    ],
)
def test_what_is_no_such_file_is_said(data: bytes, words: str) -> None:
    found = read(data)
    assert found.points == []
    assert found.errors
    assert words in found.errors[0].message


def test_a_file_above_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reader, "MAX_BYTES", 1024 * 1024)
    assert only_error(b"x" * (1024 * 1024 + 1))[2] == "The file is larger than 1 MB. Split it."


def test_a_file_of_too_many_lines_keeps_the_first_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_reader, "MAX_ROWS", 2)
    rows = "".join(ROW.replace("T10:", f"T0{hour}:") for hour in range(5))
    found = read(HEAD + rows)
    assert len(found.points) == 2
    assert found.errors[0].line == 4


def test_very_many_errors_are_counted_not_kept() -> None:
    found = read(HEAD + ROW.replace("99", "x") * 5000)
    assert len(found.errors) == csv_reader.MAX_ERRORS
    assert found.error_count == 5000


def test_twenty_thousand_lines_are_read_within_two_seconds() -> None:
    minutes = [f"2026-11-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}" for n in range(20_001)]
    rows = "".join(f"{start}:00Z,{end}:00Z,9,10\n" for start, end in pairwise(minutes))
    began = time.process_time()
    assert len(read(HEAD + rows).points) == 20_000
    assert time.process_time() - began < 2
