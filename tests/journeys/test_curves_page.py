"""The large curves in the app: pyqtgraph comes with the page, C opens it, Esc leaves it, training fills it."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.messages import HeldOutPoint, TrainPoint
from gui.labs.studio.state import Page
from gui.settings import Store
from tests.journeys.conftest import Start


def test_c_opens_the_page_and_esc_leaves_it(start: Start, qtbot: QtBot) -> None:
    window, lab = start(wait=False)
    qtbot.keyClick(window, Qt.Key.Key_C)
    page = lab.pages.curves
    assert lab.state.page is Page.CURVES
    assert page is not None
    assert page.isVisible()
    assert page._empty.isVisible()
    lab.bridge.points.emit([TrainPoint(1, 0.1, 2.0, 0.3, 0.1), HeldOutPoint(1, 0.1, 1.9, 0.4, 10, False, 0.1)])
    assert len(page.history.train) == len(lab.curves.history.train) == 1
    qtbot.waitUntil(lambda: not page._empty.isVisible())
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert lab.state.page is Page.NETWORK
    assert not page.isVisible()


def test_smoothing_is_remembered_when_the_window_closes(start: Start, qtbot: QtBot) -> None:
    window, lab = start(wait=False)
    qtbot.keyClick(lab.curves._slider, Qt.Key.Key_Home)
    window.close()
    assert Store().load().smoothing == 0.0


def test_the_studio_loads_without_pyqtgraph() -> None:
    code = "import sys, gui.labs.studio.lab; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
