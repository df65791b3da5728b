"""`startup`: from launch to a painted window that responds, with all maps, beside a bare window of the same parts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.quiet import in_turns
from tests.bench.rows import Row, at_most

_ROOT = Path(__file__).resolve().parents[2]

# Each prints the time at which its event loop has come round after the first picture was painted, then ends.
_OURS = """
import sys, time
sys.argv = ["main.py", "--size", "1600x1000"]
import main
def watch(app, window):
    def responds():
        print(time.time(), len(window.lab.snapshot.maps), flush=True)
        window.painted.disconnect()
        app.quit()
    window.painted.connect(responds)
    return app, window
from gui import app
create = app.create
app.create = lambda *args, **settings: watch(*create(*args, **settings))
sys.exit(main.main())
"""
_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
class Plot(pyqtgraph.PlotWidget):
    painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, self.responds)
    def responds(self):
        print(time.time(), 0, flush=True)
        app.quit()
app = QApplication(["bare"])
window = QMainWindow()
window.setCentralWidget(Plot())
window.resize(1600, 1000)
window.show()
app.exec()
"""


def measure(quick: bool) -> Sequence[Row]:
    """Processes in turns, each started when the one before has ended; all files in the system's cache."""
    maps: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RECEPTIVE_CONFIG": folder, "RECEPTIVE_DATA": folder, "PYTHONPATH": str(_ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users start from compiled modules, as the other side does

        def launch(program: str) -> float:
            began = time.time()
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=_ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode or not done.stdout.strip():
                raise RuntimeError(f"the window did not come: {done.stderr.strip()}")
            moment, count = done.stdout.split()[:2]
            maps.append(int(count))
            return float(moment) - began

        found = in_turns(lambda: launch(_OURS), lambda: launch(_BARE), pairs=3 if quick else 9)
    ours = [count for count in maps if count]
    if not ours:
        raise RuntimeError("our first picture showed no maps")
    note = f"{found}; {min(ours)} layers in the first picture"
    return [at_most("startup", median(found.ours), median(found.other), 1.5, unit="s", note=note)]
