"""Receptive's window as a process of its own, beside a script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_LOG = "window.log"


class WindowProcess:
    """Started by `open`; ends when the user closes the window, and outlives the script."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    def open(cls, directory: Path) -> WindowProcess:
        """Start `main.py --follow DIRECTORY`. Raises OSError where no process can be started."""
        program = Path(__file__).resolve().parents[2] / "main.py"
        log = directory / _LOG
        environment = dict(os.environ)
        environment.setdefault("OMP_NUM_THREADS", "1")  # the cores are the training's
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(program), "--follow", str(directory)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,  # Ctrl+C in the terminal is for the script
            )
        return cls(process, log)

    @property
    def status(self) -> int | None:
        """None while it is open, 0 when the user has closed it, else something went wrong."""
        return self._process.poll()

    def said(self) -> str:
        """The last line of what it said."""
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].removeprefix("receptive: ") if lines else ""

    def end(self) -> None:
        """End it, as a test or a measurement does."""
        self._process.terminate()
        self._process.wait(20)
