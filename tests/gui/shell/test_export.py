"""What is on screen as a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from gui import export, export_dialog
from gui.theme import DARK
from gui.window import Window
from tests.gui.shell.conftest import MakeWindow
from tests.gui.shell.sample_lab import SampleLab


@pytest.mark.parametrize("scale", [1.0, 2.0, 2.5])
def test_png_has_every_pixel_at_any_scale(window: Window, tmp_path: Path, scale: float) -> None:
    path = tmp_path / "a.png"
    export.save_window(window, path, scale=scale)
    picture = QImage(str(path))
    assert (picture.width(), picture.height()) == (round(1600 * scale), round(1000 * scale))
    assert picture.pixelColor(round(5 * scale), round(500 * scale)) == DARK.window
    assert picture.pixelColor(round(300 * scale), round(300 * scale)) == DARK.stage
    assert picture.pixelColor(round(1500 * scale), round(990 * scale)) == DARK.window


def test_scaled_pictures_are_drawn_sharp_not_blown_up(window: Window) -> None:
    small = export.picture(window, scale=1).scaled(3200, 2000)
    sharp = export.picture(window, scale=2)
    assert sharp != small
    assert len({sharp.pixelColor(x, 1000).name() for x in range(1500, 1900)}) > 4


def test_notices_are_no_part_of_the_picture(window: Window) -> None:
    before = export.picture(window)
    window.notices.failed("Title", "Message")
    window.show_palette()
    assert export.picture(window) == before


def test_svg_keeps_text_as_text_and_icons_as_lines(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    export.save_window(window, path)
    text = path.read_text()
    for words in ("hello 3", "Train", "Paused", "2,811"):
        assert f">{words}</text>" in text
    assert "<image" not in text
    renderer = QSvgRenderer(str(path))
    assert renderer.isValid()
    assert renderer.viewBox().size() == window.size()
    assert isinstance(window.lab, SampleLab)
    middle = window.lab.train.mapTo(window, QPoint(19, 14))  # of the filled triangle on the primary button
    drawn = QImage(window.size(), QImage.Format.Format_RGB32)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    assert drawn.pixelColor(middle) == DARK.on_accent


def test_svg_lets_a_lab_paint_itself(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def paint(self: SampleLab, painter: object) -> bool:
        painter.fillRect(0, 0, 10, 10, QColor("#123456"))  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(SampleLab, "paint", paint)
    path = tmp_path / "a.svg"
    export.save_window(window, path)
    assert "#123456" in path.read_text()
    assert "hello 3" not in path.read_text()


def test_gif_of_frames_moves(tmp_path: Path, qapp: object) -> None:
    frames = []
    for color in ("#FF0000", "#00FF00", "#0000FF"):
        frame = QImage(31, 20, QImage.Format.Format_RGB32)
        frame.fill(QColor(color))
        frames.append(frame)
    path = tmp_path / "a.gif"
    export.save_gif(frames, path, milliseconds=100)
    with Image.open(path) as gif:
        assert (gif.size, gif.n_frames, gif.info["duration"]) == ((31, 20), 3, 100)  # type: ignore[attr-defined]
        gif.seek(1)
        assert gif.convert("RGB").getpixel((5, 5)) == (0, 255, 0)


def test_gif_of_a_lab_without_frames_is_one_picture(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    export.save_window(window, path)
    with Image.open(path) as gif:
        assert gif.size == (1600, 1000)


def test_gif_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(export.ExportError, match="no frames"):
        export.save_gif([], tmp_path / "a.gif")


def test_names_that_cannot_be_written_are_refused(window: Window, tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "a.bmp", "ends in none"),
        (tmp_path / "no" / "a.png", "no folder"),
        (Path("/proc/a.png"), "cannot be written"),
    ):
        with pytest.raises(export.ExportError, match=words):
            export.save_window(window, path)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(export.ExportError, match="is a folder"):
        export.save_window(window, tmp_path / "folder.png")
    with pytest.raises(export.ExportError, match="another scale"):
        export.picture(window, scale=1000)
    assert not (tmp_path / "a.bmp").exists()


def test_the_dialog_writes_and_tells(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    window = make_window(size=(1280, 800))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "shot"), ""))
    window.export()
    with Image.open(tmp_path / "shot.png") as picture:
        assert picture.size == (2560, 1600)
    assert "shot.png" in str(window.notices.cards[0].notice)
    assert window.store.text("export-folder") == str(tmp_path)
    assert not export_dialog.save(window, tmp_path / "no" / "x.png")
    assert "no folder" in window.notices.problems[0].message
