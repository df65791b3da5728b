"""Runs side by side in the app: a twin in two clicks, its curves and maps beside the open run's, found again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from engine import messages
from engine.messages.compare import CURRENT, QueueState
from engine.session import session
from gui.labs.studio import compare_asking
from gui.labs.studio.branch_dialog import BranchDialog
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.state import Page
from gui.views.compare.add_popup import AddPopup
from tests.journeys.conftest import Start, opened_mnist, until


@pytest.fixture(autouse=True)
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(session, "default_runs", lambda: tmp_path / "runs")
    return tmp_path / "runs"


def finished(lab: StudioLab) -> Callable[[], bool]:
    return lambda: bool(lab.compare.queue.runs) and not lab.compare.queue.busy and lab.compare.settled


def test_average_against_max_in_two_clicks(
    start: Start, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    qtbot.keyClick(window, Qt.Key.Key_X)
    assert lab.state.page is Page.COMPARE
    assert not lab.dock.isVisible()
    assert not lab.timeline.isVisible()
    page = lab.compare.page
    assert page is not None
    until(qtbot, lambda: lab.compare.settled)
    assert page.invitation.isVisible()

    bar = lab.compare.bars.compare
    assert bar is not None
    qtbot.mouseClick(bar.add, Qt.MouseButton.LeftButton)
    popup = window.findChild(AddPopup)
    assert popup is not None
    popup.epochs.set_value(1)
    entry = next(one for one in popup.choices if one.text() == "Average against max pooling")
    qtbot.mouseClick(entry, Qt.MouseButton.LeftButton)
    until(qtbot, finished(lab))
    assert [run.state for run in lab.compare.queue.runs] == [QueueState.FINISHED] * 2, lab.compare.queue
    assert CURRENT not in lab.compare.names  # what was open is untrained: it was trained as the first of the two
    first, second = lab.compare.shown_runs
    assert (first.settings.network, second.settings.network) == ("lenet-relu", "lenet-relu-average")  # type: ignore[union-attr]
    assert len(first.train) == len(second.train) == 20
    assert [row.name for row in page.settings.rows if row.differs] == ["Network", "Pooling"]
    assert page.pair.seen is not None
    assert set(page.pair.seen.runs) == {first.name, second.name}
    assert page.classes.shares
    assert page.differ.difference is not None

    page.timeline.choose(0)
    until(qtbot, lambda: page.pair.seen is not None and page.pair.seen.step == 0)
    assert {one.moment for one in page.pair.seen.runs.values()} == {0}

    path = tmp_path / "curves"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(lab.bridge.noticed):
        bar.export_wanted.emit("curves")
    assert path.with_suffix(".csv").read_text().count("lenet-relu-average") > 20
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("The average one", True))
    bar.renamed.emit(second.name)
    until(qtbot, lambda: second.title == "The average one")
    assert bar.chips[1].run is second

    link = window.link()
    assert "page=compare" in link
    window.activateWindow()  # a popup that closes takes that away, without a window manager
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert lab.state.page is Page.NETWORK
    assert lab.dock.isVisible()
    assert window.open_link(link)
    until(qtbot, lambda: lab.compare.settled)
    assert lab.compare.names == (first.name, second.name)

    monkeypatch.setattr(compare_asking, "find_spec", lambda _: None)
    bar.export_wanted.emit("tensorboard")  # no folder is asked for in vain
    assert "pip install tensorboard" in window.notices.problems[-1].message


def test_the_open_run_is_compared_while_it_trains(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.compare.show((CURRENT, "trained:lenet"))
    until(qtbot, lambda: len(lab.compare.shown_runs) == 2)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(qtbot, lambda: len(lab.compare.shown_runs[0].train) > 20)
    until(qtbot, lambda: lab.compare.seen is not None and lab.compare.seen.runs[CURRENT].moment > 0)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    until(qtbot, lambda: not lab.experiment.training)
    lab.compare.put(0, "trained:lenet")
    assert [(run.name, run.place) for run in lab.compare.pair] == [("trained:lenet", 1), (CURRENT, 0)]
    lab.compare.remove("trained:lenet")
    assert lab.compare.names == (CURRENT,)
    assert [run.name for run in lab.compare.pair] == [CURRENT]


def test_any_two_of_the_runs_stand_beside_each_other(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.compare.show((CURRENT, "trained:lenet", "trained:lenet-relu"))
    until(qtbot, lambda: lab.compare.settled)
    page = lab.compare.page
    assert page is not None
    qtbot.keyClick(window, Qt.Key.Key_K)
    until(qtbot, lambda: page.pair.seen is not None and set(page.pair.seen.runs) == {CURRENT, "trained:lenet-relu"})
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: lab.compare.settled and page.differ.difference is not None)
    assert [run.name for run in page.pair_of if run is not None] == ["trained:lenet", "trained:lenet-relu"]
    assert [chip.shown for chip in lab.compare.bars.make_compare().chips] == [False, True, True]
    link = window.link()
    lab.compare.put(0, CURRENT)
    assert window.open_link(link)
    until(qtbot, lambda: [run.name for run in lab.compare.pair] == ["trained:lenet", "trained:lenet-relu"])


def test_the_open_run_branches_from_the_slider(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.wishes.ask(messages.TrainSteps(6))
    until(qtbot, lambda: lab.experiment.step == 6 and lab.experiment.status is messages.Status.PAUSED)
    lab.compare.show((CURRENT, "trained:lenet"))
    until(qtbot, lambda: len(lab.compare.shown_runs) == 2 and lab.compare.settled)
    page, bar = lab.compare.page, lab.compare.bars.compare
    assert page is not None
    assert bar is not None
    assert [run.name for run in lab.compare.branching.runs] == [CURRENT]  # what comes trained has no training
    page.timeline.choose(3)
    qtbot.mouseClick(bar.branch, Qt.MouseButton.LeftButton)
    dialog = window.findChild(BranchDialog)
    assert dialog is not None
    assert lab.state.page is Page.NETWORK
    with qtbot.waitSignal(lab.bridge.noticed):
        dialog.accept()
    until(qtbot, lambda: lab.experiment.step == 3)
    assert window.notices.problems == ()


def test_a_saved_run_is_opened_and_branched(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.wishes.ask(messages.TrainSteps(6))
    until(qtbot, lambda: lab.experiment.step == 6 and lab.experiment.status is messages.Status.PAUSED)
    lab.wishes.ask(messages.SaveRun())
    until(qtbot, lambda: lab.experiment.saved_path)
    saved = Path(lab.experiment.saved_path).name
    lab.wishes.rewind()
    until(qtbot, lambda: lab.experiment.step == 0 and not lab.experiment.saved_path)
    lab.compare.show((CURRENT, saved))
    until(qtbot, lambda: len(lab.compare.shown_runs) == 2 and lab.compare.settled)
    page = lab.compare.page
    assert page is not None
    page.timeline.choose(4)
    assert page.classes.past
    assert page.differ.past
    lab.compare.branching.branch(saved)
    until(qtbot, lambda: window.findChild(BranchDialog) is not None)
    assert lab.state.page is Page.NETWORK
    assert lab.experiment.step == 6
    dialog = window.findChild(BranchDialog)
    assert dialog is not None
    with qtbot.waitSignal(lab.bridge.noticed):
        dialog.accept()
    until(qtbot, lambda: lab.experiment.step == 4)
    assert window.notices.problems == ()


def test_a_link_opens_no_run_outside_the_folder(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "run.json").write_text("{}")
    window, lab = start()
    assert window.open_link("receptive://studio?page=compare&runs=../outside,trained:lenet-relu")
    until(qtbot, lambda: len(lab.compare.shown_runs) == 2)
    assert "no name of a run" in lab.compare.runs["../outside"].opened.problem
    assert lab.compare.page is not None
    lab.compare.page.grab()
    assert QApplication.activeModalWidget() is None


def test_the_studio_starts_without_the_comparison() -> None:
    code = "import sys, gui.labs.studio.lab; sys.exit(any(m.startswith('gui.views.compare') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
