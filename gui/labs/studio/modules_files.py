"""The files of a module that is open: tells when one of them is saved, and which."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QTimer
from PySide6.QtWidgets import QWidget

_SETTLE_MS = 150
"""How long a saved file rests before it is looked at: editors write in several steps."""


class ModuleFiles:
    """Calls `saved` some time after the module's own file, or something in its folder, has changed on disk."""

    def __init__(self, parent: QWidget, saved: Callable[[], None]) -> None:
        self._parent = parent
        self._watcher: QFileSystemWatcher | None = None
        self._file = Path()
        self._beside: dict[Path, str] = {}
        self._settle = QTimer(parent)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(saved)

    @property
    def watching(self) -> bool:
        return self._watcher is not None

    def watch(self, file: Path, beside: Sequence[str] = ()) -> None:
        """Watch a module's file, and those that it imports from its own folder."""
        self.forget()
        self._watcher = QFileSystemWatcher(self._parent)
        self._watcher.fileChanged.connect(self._settle.start)
        self._watcher.directoryChanged.connect(self._settle.start)
        self._file = file
        self._beside = {path: _digest(path) for path in map(Path, beside)}
        self._add()
        folders = {str(path.parent) for path in (file, *self._beside)}  # editors put another file in its place
        self._watcher.addPaths(sorted(folders))

    def forget(self) -> None:
        """Nothing is watched any more."""
        self._settle.stop()
        if self._watcher is not None:
            self._watcher.deleteLater()
            self._watcher = None

    def edited(self) -> list[Path]:
        """The imported files whose content is another than when this was asked last."""
        self._add()
        found = []
        for path, before in self._beside.items():
            now = _digest(path)
            if now and now != before:  # one that is away for a moment will come back
                found.append(path)
                self._beside[path] = now
        return found

    def _add(self) -> None:
        """Watch what is not watched: a file that was replaced by another is let go of."""
        assert self._watcher is not None
        known = set(self._watcher.files())
        if missing := [str(path) for path in (self._file, *self._beside) if str(path) not in known and path.exists()]:
            self._watcher.addPaths(missing)


def _digest(path: Path) -> str:
    """The SHA-256 of a file's content, "" if it cannot be read now."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
