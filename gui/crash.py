"""What happens to errors that nobody caught: they are written to a log and shown, and the window goes on."""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Qt, Signal

LARGEST = 1_000_000
"""Bytes of a log before it makes room for a new one."""


class CrashReporter(QObject):
    """Catches what escapes on any thread. `show(title, message, details)` is called on the thread of this object.

    `install` takes over sys.excepthook and threading.excepthook and has hard crashes (a segmentation fault in a
    library) write their stack to a file; `remove` gives all back.
    """

    _caught = Signal(str, str, str)

    def __init__(self, folder: Path, show: Callable[[str, str, str], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = folder / "receptive.log"
        self.faults = folder / "crash.log"
        self._show = show
        self._fault_file: IO[str] | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._installed = False
        self._caught.connect(self._deliver, Qt.ConnectionType.AutoConnection)

    def install(self) -> None:
        """Take exceptions that nobody caught, of all threads, until `remove`; the interpreter's faults go to a file."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.handle
        threading.excepthook = self._handle_thread
        self._installed = True
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self._fault_file = self.faults.open("a", encoding="utf-8")
            faulthandler.enable(self._fault_file)
        except OSError:
            if sys.stderr is not None:
                faulthandler.enable()

    def remove(self) -> None:
        """Leave them to whoever had them before. Twice does no harm."""
        if not self._installed:
            return
        self._installed = False
        sys.excepthook, threading.excepthook = self._before
        faulthandler.disable()
        if self._fault_file is not None:
            self._fault_file.close()
            self._fault_file = None

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An exception that escaped on the gui's thread (from a slot, an event handler) or on any other."""
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        where = self.write(details)
        message = f"{kind.__name__}: {error}" if str(error) else kind.__name__
        self._caught.emit("Something went wrong inside Receptive", message, details + where)

    def _handle_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_type is SystemExit:
            return
        error = arguments.exc_value or arguments.exc_type()
        self.handle(arguments.exc_type, error, arguments.exc_traceback)

    def write(self, details: str) -> str:
        """Append to the log; returns a line that says where it is, or why it could not be written."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            if self.log.exists() and self.log.stat().st_size > LARGEST:
                self.log.replace(self.log.with_suffix(".old.log"))
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{stamp}\n{details}\n")
        except OSError as problem:
            return f"\n(not logged: {problem})"
        finally:
            if sys.stderr is not None:
                sys.stderr.write(details)
        return f"\nlogged in {self.log}"

    def _deliver(self, title: str, message: str, details: str) -> None:
        self._show(title, message, details)
