"""What the user has set for the whole app, kept between starts."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

THEMES = ("system", "light", "dark")
START = ("first-light", "last")


@dataclass(frozen=True)
class Settings:
    """The user's settings. `data_root` "" means the data folder of the system (or RECEPTIVE_DATA).

    `frames_per_second`: how often pictures are made and shown while something trains, 5 … 60.
    `smoothing`: of curves, 0 … 0.99. `start`: "first-light" opens a trained LeNet, "last" what was open last.
    `timeline_megabytes`: how much memory the weights may take that are kept over a training, to look back at.
    """

    theme: str = "system"
    data_root: str = ""
    frames_per_second: int = 30
    smoothing: float = 0.9
    start: str = "first-light"
    timeline_megabytes: int = 256

    def valid(self) -> Settings:
        """The nearest settings within range (a file may be edited by hand)."""
        return replace(
            self,
            theme=self.theme if self.theme in THEMES else "system",
            frames_per_second=min(max(self.frames_per_second, 5), 60),
            smoothing=min(max(self.smoothing, 0.0), 0.99) if self.smoothing == self.smoothing else 0.9,
            start=self.start if self.start in START else "first-light",
            timeline_megabytes=min(max(self.timeline_megabytes, 0), 65_536),
        )


class Store:
    """Where settings are kept: a text file `receptive.ini` in the system's place for it, or in RECEPTIVE_CONFIG."""

    def __init__(self) -> None:
        folder = os.environ.get("RECEPTIVE_CONFIG")
        if folder:
            self._file = QSettings(str(Path(folder) / "receptive.ini"), QSettings.Format.IniFormat)
        else:
            scope = QSettings.Scope.UserScope
            self._file = QSettings(QSettings.Format.IniFormat, scope, "Receptive", "receptive")

    @property
    def path(self) -> Path:
        return Path(self._file.fileName())

    def load(self) -> Settings:
        """The settings as they were saved; what is missing or unreadable has its default."""
        values: dict[str, Any] = {}
        for field in fields(Settings):
            raw = self._file.value(f"settings/{field.name}")
            if raw is None:
                continue
            try:
                values[field.name] = type(field.default)(raw)  # type: ignore[misc]
            except (TypeError, ValueError):
                continue
        return Settings(**values).valid()

    def save(self, settings: Settings) -> None:
        """Keep the settings. What equals its default is not written, so that a later default reaches the user."""
        for field in fields(Settings):
            value = getattr(settings, field.name)
            if value == field.default:
                self._file.remove(f"settings/{field.name}")
            else:
                self._file.setValue(f"settings/{field.name}", value)
        self._file.sync()

    @property
    def writable(self) -> bool:
        """Whether the last save reached the disk."""
        return self._file.status() == QSettings.Status.NoError

    def text(self, name: str) -> str:
        """Something small that the window remembers, "" if there is nothing: the last link, the last folder."""
        return str(self._file.value(f"window/{name}", ""))

    def set_text(self, name: str, value: str) -> None:
        self._file.setValue(f"window/{name}", value)

    def geometry(self) -> QByteArray:
        """Where the window stood, for `restoreGeometry`; empty at first."""
        value = self._file.value("window/geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_geometry(self, geometry: QByteArray) -> None:
        self._file.setValue("window/geometry", geometry)


def data_root(settings: Settings, given: Path | None = None) -> Path | None:
    """Where datasets live: what the command line says, else the settings; None leaves it to the engine
    (RECEPTIVE_DATA, else the system's data folder)."""
    if given is not None:
        return given
    return Path(settings.data_root).expanduser() if settings.data_root else None


def log_folder() -> Path:
    """Where crash reports and logs are written: beside the data of the user."""
    root = os.environ.get("RECEPTIVE_DATA")
    if root:
        return Path(root) / "logs"
    import platformdirs

    return Path(platformdirs.user_data_dir("receptive", appauthor=False)) / "logs"
