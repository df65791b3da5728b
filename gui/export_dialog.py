"""Asks where to export to, and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from gui import export

if TYPE_CHECKING:
    from gui.window import Window

FILTERS = "Picture, twice as sharp (*.png);;Vector picture, text stays text (*.svg)"


def ask_and_save(window: Window) -> None:
    """Let the user choose a file and write what is on screen there; says what went wrong."""
    folder = window.store.text("export-folder") or str(Path.home())
    name, _ = QFileDialog.getSaveFileName(
        window, "Export what is on screen", str(Path(folder) / f"receptive-{window.host.name}.png"), FILTERS
    )
    if name:
        save(window, Path(name))


def save(window: Window, path: Path, *, scale: float = 2.0) -> bool:
    """Write what is on screen to a file, PNG with `scale` pixels for each of the window's; tell how it went."""
    if not path.suffix:
        path = path.with_suffix(".png")
    try:
        export.save_window(window, path, scale=scale)
    except export.ExportError as problem:
        window.notices.failed("Nothing was exported", str(problem))
        return False
    window.store.set_text("export-folder", str(path.parent))
    window.notices.noticed(f"Exported to {path}", action="Show folder", callback=lambda: _show(path.parent))
    return True


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
