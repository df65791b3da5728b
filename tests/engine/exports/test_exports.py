"""Runs for other programs: tidy tables of curves and settings, TensorBoard event files, and the command for both."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cli import main
from engine.compare.exporting import export
from engine.compare.subject import Subject
from engine.exports import tables, tensorboard
from engine.exports.tables import CURVE_COLUMNS, Exported, ExportError
from engine.messages import Settings
from engine.messages.compare import Export, RunFacts
from tests.engine.standin import bars, write_idx

SETTINGS = Settings(
    network="lenet", dataset="mnist", seed=3, device="cpu", batch_size=64, learning_rate=0.1, momentum=0.0,
    weight_decay=0.0, epochs=1,
)  # fmt: skip
TRAIN = np.array([[1, 0.25, 2.3, 0.125, 0.5], [2, 0.5, np.nan, 0.25, 1.0]])
HELD = np.array([[2, 0.5, 2.0, 0.5, 1.0, 40, 0], [4, 1.0, 1.5, 0.75, 2.0, 70, 1]])


def runs() -> list[Exported]:
    return [
        Exported("one", "The first", SETTINGS, TRAIN, HELD, started=1000.0),
        Exported("two, too", "", None, TRAIN[:0], HELD[:1]),
    ]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_curves_are_one_value_a_line(tmp_path: Path) -> None:
    path = tmp_path / "new" / "curves.csv"
    count = tables.write_curves(path, runs())
    rows = read(path)
    assert len(rows) == count == 2 * 2 + 2 * 2 + 2
    assert tuple(rows[0]) == CURVE_COLUMNS
    assert rows[0] == {
        "run": "one", "network": "lenet", "seed": "3", "step": "1", "epoch": "0.25", "time": "0.5",
        "metric": "train_loss", "value": "2.3", "samples": "",
    }  # fmt: skip
    assert next(row for row in rows if row["metric"] == "train_loss" and row["step"] == "2")["value"] == ""
    last = rows[-1]
    assert (last["run"], last["metric"], last["value"], last["samples"]) == ("two, too", "test_accuracy", "0.5", "40")


def test_settings_are_one_run_a_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.csv"
    assert tables.write_settings(path, runs()) == 2
    first, second = read(path)
    assert (first["title"], first["learning_rate"], first["patience"], first["steps"]) == ("The first", "0.1", "", "4")
    assert (first["test_loss"], first["test_accuracy"]) == ("1.5", "0.75")
    assert (second["network"], second["test_accuracy"]) == ("", "")


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        tables.write_curves(tmp_path / "file" / "curves.csv", runs())


def test_event_files_come_back(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="the optional extra tensorboard is not installed")
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    count = tensorboard.write_events(tmp_path, runs())
    files = list((tmp_path / "one").iterdir())
    assert len(files) == 1
    values = [
        (event.step, value.tag, event.wall_time, value.tensor.float_val[0] if value.tensor.float_val else None)
        for event in EventFileLoader(str(files[0])).Load()
        for value in event.summary.value
    ]
    assert count == len(values) + 2
    assert (1, "loss/train", 1000.5, pytest.approx(2.3)) in values
    assert (4, "accuracy/test", 1002.0, 0.75) in values
    assert not [one for one in values if one[0] == 2 and one[1] == "loss/train"]  # NaN is no value
    assert values[0][1].startswith("settings")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tensorboard", "tensorboard.compat.proto.event_pb2"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ExportError, match="pip install tensorboard"):
        tensorboard.write_events(tmp_path, runs())


def test_the_command_exports_saved_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_idx(tmp_path, bars(train=130, test=40))
    folder = tmp_path / "runs" / "first"
    trained = main(
        ["train", "--dataset", "mnist", "--epochs", "1", "--run", str(folder), "--data-root", str(tmp_path),
         "--no-download", "--device", "cpu", "--learning-rate-decay", "0.5"]
    )  # fmt: skip
    assert trained == 0
    capsys.readouterr()
    out, settings = tmp_path / "curves.csv", tmp_path / "settings.csv"
    assert main(["export", str(folder), "--csv", str(out), "--settings", str(settings), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = read(out)
    assert told["csv"]["values"] == len(rows)
    assert {row["metric"] for row in rows} == {"train_loss", "train_accuracy", "test_loss", "test_accuracy"}
    assert {row["run"] for row in rows} == {"first"}
    (line,) = read(settings)
    assert (line["network"], line["learning_rate"], line["learning_rate_decay"]) == ("lenet", "0.1", "0.5")


def test_the_learning_rate_is_the_one_that_was_chosen_not_what_it_decayed_to(tmp_path: Path) -> None:
    facts = RunFacts("one", settings=replace(SETTINGS, learning_rate=0.0125, learning_rate_decay=0.5))
    subject = Subject(facts=facts, train=TRAIN, held=HELD, first_rate=0.1)
    export(Export.SETTINGS, tmp_path / "settings.csv", [("one", subject)])
    assert read(tmp_path / "settings.csv")[0]["learning_rate"] == "0.1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "nowhere", "--csv", "x.csv"], "no folder"),
        (["export", "nowhere"], "say what to write"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
