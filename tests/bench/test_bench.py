"""The harness, without measuring anything."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import quiet, rows


def test_rows_have_names_of_their_own_and_modules_that_are_there() -> None:
    names = [name for one in rows.MEASUREMENTS for name in one.rows]
    assert len(names) == len(set(names))
    assert {"startup", "watch_cost", "frame_gap", "stroke_latency", "time_to_99"} <= set(names)
    for one in rows.MEASUREMENTS:
        module = importlib.import_module(one.module)
        assert hasattr(module, "measure") or hasattr(module, "rows")


def test_rows_are_chosen_by_name() -> None:
    assert len(rows.chosen([])) == len(rows.MEASUREMENTS)
    (one,) = rows.chosen(["frame_gap"])
    assert one.rows == ("watch_cost", "frame_gap")
    assert bench.main(["nonsense"]) == 2


def test_a_row_says_both_sides_and_whether_it_holds() -> None:
    row = rows.at_most("a", 3.0, 2.0, 1.5, unit="s")
    assert row.met
    assert row.to_json() == {
        "name": "a",
        "ours": 3.0,
        "other": 2.0,
        "ratio": 1.5,
        "reach": "≤ 1.5",
        "met": True,
        "unit": "s",
        "note": "",
        "details": {},
    }
    assert not rows.at_least("a", 3.0, 2.0, 1.6).met
    assert not rows.at_most("a", float("nan"), 2.0, 1.0).met


def test_pairs_are_taken_in_turns_and_repeated_where_others_disturb(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []
    busy = iter([0.0, 5.0, *range(6, 100)])
    monkeypatch.setattr(quiet, "_busy", lambda: next(busy))
    monkeypatch.setattr(quiet, "_our_time", lambda: 0.0)
    monkeypatch.setattr(quiet.time, "sleep", lambda _: None)

    def ours() -> float:
        turns.append("ours")
        return 2.0

    def other() -> float:
        turns.append("other")
        return 4.0

    found = quiet.in_turns(ours, other, pairs=2)
    assert turns[:4] == ["ours", "other", "ours", "other"]
    assert len(found.ours) == len(found.other) == 2
    assert found.disturbed == 2
    assert found.ratio == 0.5
    assert "disturbed" in str(found)


def test_the_table_and_the_file_hold_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [
        rows.at_most("traces_lenet", 0.5, 1.0, 1.0, unit="ms", note="well").to_json(),
        rows.at_most("trace_step", 2.0, 1.0, 1.0).to_json(),
    ]
    monkeypatch.setattr(bench, "_run", lambda one, environment, quick: made)
    file = tmp_path / "rows.json"
    assert bench.main(["traces_lenet", "--json", str(file)]) == 0
    (row,) = json.loads(file.read_text())
    assert row == made[0]
    assert bench.main(["traces_lenet", "trace_step"]) == 1
    printed = capsys.readouterr().out
    assert "0.5 ms" in printed
    assert "MISSED" in printed
    assert "well" in printed


def test_a_measurement_that_fails_is_a_row_that_is_not_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = rows.Measurement("tests.bench.nowhere", ("watch_engine",))
    (row,) = bench._run(broken, {}, quick=True)
    assert not row["met"]
    assert "nowhere" in row["note"]
    assert "nowhere" in capsys.readouterr().err
