"""Asks where to export to, and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QProgressDialog

from gui import export

if TYPE_CHECKING:
    from gui.window import Window

FILTERS = "Picture, twice as sharp (*.png);;Vector picture, text stays text (*.svg)"
FILM = ";;Play-through, every step (*.gif)"


def ask_and_save(window: Window) -> None:
    """Let the user choose a file and write what is on screen there; says what went wrong."""
    folder = window.store.text("export-folder") or str(Path.home())
    name, _ = QFileDialog.getSaveFileName(
        window,
        "Export what is on screen",
        str(Path(folder) / f"receptive-{window.host.name}.png"),
        FILTERS + (FILM if hasattr(window.lab, "frames") else ""),
    )
    if name:
        save(window, Path(name))


def save(window: Window, path: Path, *, scale: float = 2.0) -> bool:
    """Write what is on screen to a file, PNG with `scale` pixels for each of the window's; tell how it went."""
    if not path.suffix:
        path = path.with_suffix(".png")
    film = path.suffix.lower() == ".gif"
    progress = _Progress(window) if film else None
    try:
        export.save_window(window, path, scale=1.0 if film else scale, going_on=progress)
    except export.ExportError as problem:
        window.notices.failed("Nothing was exported", str(problem))
        return False
    finally:
        if progress is not None:
            progress.close()
    if progress is not None and progress.stopped:
        window.notices.noticed("The export was stopped; nothing was written")
        return False
    window.store.set_text("export-folder", str(path.parent))
    window.notices.noticed(f"Exported to {path}", action="Show folder", callback=lambda: _show(path.parent))
    return True


class _Progress:
    """Shows how far an animation is and offers to stop it; called before each frame."""

    def __init__(self, window: Window) -> None:
        player, counted = getattr(window.lab, "player", None), getattr(window.lab, "frame_count", None)
        self._count = counted() if counted is not None else player.playback.count if player is not None else 0
        self._dialog = QProgressDialog("", "Stop", 0, self._count, window)
        self._dialog.setWindowTitle("Export")
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialog.setMinimumDuration(400)
        self._dialog.setAutoReset(False)
        self.stopped = False

    def __call__(self, done: int) -> bool:
        self._dialog.setLabelText(
            f"Picture {done + 1:,} of {self._count:,}" if self._count else f"Picture {done + 1:,}"
        )
        self._dialog.setValue(done)  # lets the window answer, so that Stop works
        self.stopped = self._dialog.wasCanceled()  # not asked later: closing it counts as canceling, too
        return not self.stopped

    def close(self) -> None:
        self._dialog.close()
        self._dialog.deleteLater()


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
