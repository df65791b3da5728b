"""What is written on screen: the texts of the window's picture as SVG."""

from __future__ import annotations

import html
import re
from pathlib import Path

from gui import export
from gui.window import Window


def texts(window: Window, folder: Path) -> tuple[str, ...]:
    """All texts that the window shows, each as it is drawn; the lesson, which says the numbers too, is put away."""
    was_open = window.lessons.is_open
    window.lessons.close()
    path = folder / "screen.svg"
    export.save_window(window, path)
    if was_open:
        window.lessons.open()
    found = re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))
    return tuple(html.unescape(text) for text in found)
