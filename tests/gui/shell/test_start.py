"""Launching: drawing a picture without a screen, the loop, and closing by a signal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gui import app, labs
from gui.arguments import Arguments
from gui.notices import Notices, Problem
from tests.gui.shell.sample_lab import ENTRY, OTHER, SampleLab

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app with sample labs instead of its own, and without an engine."""
    create = app.create

    def with_samples(arguments: Arguments) -> tuple[QApplication, object]:
        return create(arguments, entries=(ENTRY, OTHER))

    monkeypatch.setattr(app, "create", with_samples)


@pytest.mark.parametrize("name", ["a.png", "a.svg", "a.gif"])
def test_export_draws_and_ends(qapp: QApplication, samples: None, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert app.launch(Arguments(export=path, size=(1280, 800), theme="light", link="receptive://other?n=8")) == 0
    if name == "a.svg":
        assert "hello 8" in path.read_text()
    else:
        with Image.open(path) as picture:
            assert picture.size == (1280, 800)


def test_export_says_what_the_link_had_wrong(
    qapp: QApplication, samples: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.launch(Arguments(export=tmp_path / "a.png", link="receptive://sample?n=99&x=1")) == 0
    assert capsys.readouterr().err == (
        "receptive: in the link: n: 99 is above 9; 9 is used.\n"
        "receptive: in the link: “x” is unknown and was left out.\n"
    )


def test_export_draws_nothing_else_than_what_was_asked_for(
    qapp: QApplication,
    samples: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    trouble = Problem("The data could not be opened", "There is no such folder.", "", "")
    monkeypatch.setattr(Notices, "problems", property(lambda self: (trouble,)))
    assert app.launch(Arguments(export=tmp_path / "a.png", size=(1280, 800))) == 2
    assert "There is no such folder." in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_export_waits_until_the_lab_shows_all(
    qapp: QApplication, samples: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def settled(self: SampleLab) -> bool:
        asked.append(1)
        return len(asked) > 5

    monkeypatch.setattr(SampleLab, "settled", property(settled, lambda self, value: None), raising=False)
    assert app.launch(Arguments(export=tmp_path / "a.png", size=(1280, 800))) == 0
    assert len(asked) > 5


def test_export_waits_for_an_engine_that_starts_but_not_for_ever(
    qapp: QApplication, samples: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def status(self: SampleLab) -> labs.Status:
        asked.append(1)
        return labs.Status("working" if len(asked) < 6 else "idle", "Starting")

    monkeypatch.setattr(SampleLab, "status", property(status))
    assert app.launch(Arguments(export=tmp_path / "a.png", size=(1280, 800))) == 0
    assert len(asked) == 6
    monkeypatch.setattr(app, "READY_SECONDS", 0.05)
    monkeypatch.setattr(SampleLab, "status", property(lambda self: labs.Status("working", "Starting")))
    assert app.launch(Arguments(export=tmp_path / "b.png", size=(1280, 800))) == 0
    assert (tmp_path / "b.png").exists()


def test_export_that_never_settles_is_told(
    qapp: QApplication,
    samples: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(app, "READY_SECONDS", 0.05)
    monkeypatch.setattr(app, "EXPORT_SECONDS", 0.05)
    monkeypatch.setattr(SampleLab, "settled", property(lambda self: False, lambda self, value: None), raising=False)
    assert app.launch(Arguments(export=tmp_path / "a.png")) == 2
    assert "was not ready in time" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_export_to_nowhere_is_told(
    qapp: QApplication, samples: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.launch(Arguments(export=tmp_path / "no" / "a.png")) == 2
    assert "there is no folder" in capsys.readouterr().err.lower()


def test_a_lab_that_is_not_there_is_told(qapp: QApplication, samples: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.launch(Arguments(lab="nowhere")) == 2
    assert capsys.readouterr().err == "receptive: there is no lab 'nowhere'; there are sample, other\n"


def test_launch_runs_until_the_window_closes(
    qapp: QApplication, samples: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "log_folder", lambda: tmp_path)
    hook = sys.excepthook
    QTimer.singleShot(0, qapp.closeAllWindows)
    assert app.launch(Arguments(size=(1280, 800))) == 0
    assert sys.excepthook is hook


def test_a_process_starts_and_ends_cleanly_by_ctrl_c(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from PySide6.QtCore import QTimer
from gui import app
from gui.arguments import Arguments
from gui.notices import Notices, Problem
from tests.gui.shell.sample_lab import ENTRY
create = app.create
def with_sample(arguments):
    qapp, window = create(arguments, entries=(ENTRY,))
    window.painted.connect(lambda: os.kill(os.getpid(), signal.SIGINT))
    return qapp, window
app.create = with_sample
status = app.launch(Arguments(size=(1280, 800)))
print("modules", sorted({"torch", "pyqtgraph", "PIL", "gui.palette", "gui.settings_dialog"} & set(sys.modules)))
sys.exit(status)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "modules []\n"
    assert "Traceback" not in result.stderr


def test_the_first_picture_waits_for_nothing_that_is_not_on_it(tmp_path: Path) -> None:
    code = """
import sys
from gui import app
from gui.arguments import Arguments
qapp, window = app.create(Arguments(size=(1280, 800)))
window.painted.disconnect()  # the engine stays alone
window.painted.connect(qapp.quit)
window.show()
qapp.exec()
assert len(window.lab.snapshot.maps) > 5
messages = {f"engine.messages.{name}" for name in ("compare", "film", "insight", "modules", "weights")}
print("loaded", sorted((messages | {"torch", "PIL", "gui.palette", "gui.views.inspector.figures"}) & set(sys.modules)))
window.close()
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "RECEPTIVE_CONFIG": str(tmp_path), "RECEPTIVE_DATA": str(tmp_path)},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout == "loaded []\n"


def test_discovery_takes_packages_with_metadata_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "somelabs"
    for name, text in (
        ("", ""),
        ("second", "from gui.labs import Entry\nLAB = Entry('second', 'Second', 'studio', 20, 'no.such:Thing', 'x:Y')"),
        ("first", "from gui.labs import Entry\nLAB = Entry('first', 'First', 'studio', 10, 'no.such:Thing', 'x:Y')"),
        ("unfinished", "x = 1"),
    ):
        (package / name).mkdir(parents=True, exist_ok=True)
        (package / name / "__init__.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [entry.name for entry in labs.discover("somelabs")] == ["first", "second"]
