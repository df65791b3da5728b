"""The watch over tests itself: a thread, a timer or a window that is left behind fails the test that left it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import threading
import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

kept = []
stop = threading.Event()

def test_thread():
    threading.Thread(target=stop.wait, name="left behind", daemon=True).start()

def test_timer(qapp):
    timer = QTimer()
    timer.start(1000)
    kept.append(timer)

def test_window(qtbot):
    kept.append(QWidget())

def test_clean(qtbot):
    stop.set()
    kept[0].stop()
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
"""


def test_what_is_left_behind_fails_its_test(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    test = tmp_path / "test_leaks.py"
    test.write_text(CODE)
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(root)!r})\n"
        "import tests.conftest\ntests.conftest._SECONDS = 0.05\n"
        "from tests.conftest import pytest_configure, data_folder, _own_folders\n"
        "from tests.conftest import _what_is_there_stays, _nothing_left\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rE", "--rootdir", str(tmp_path)]
    result = subprocess.run([*command, str(test)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "4 passed, 3 errors" in result.stdout, result.stdout + result.stderr
    assert "the thread 'left behind'" in result.stdout
    assert "a running QTimer" in result.stdout
    assert "the window <PySide6.QtWidgets.QWidget" in result.stdout
