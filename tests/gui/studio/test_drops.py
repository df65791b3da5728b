"""What is dropped anywhere on the Studio, and thumbnails that a larger window has room for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.views.drops import Drops


def _drop(widget: QWidget, data: QMimeData) -> tuple[bool, bool]:
    """Whether it would be taken, and was."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    drop.ignore()
    QApplication.sendEvent(widget, drop)
    return enter.isAccepted(), drop.isAccepted()


@pytest.fixture
def widget(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_a_file_a_picture_and_what_is_neither(widget: QWidget, tmp_path: Path) -> None:
    taken: list[object] = []
    Drops(widget, taken.append)
    file = QMimeData()
    file.setUrls([QUrl.fromLocalFile(str(tmp_path / "four.png"))])
    assert _drop(widget, file) == (True, True)
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    picture = QMimeData()
    picture.setImageData(image)
    assert _drop(widget, picture) == (True, True)
    words, page = QMimeData(), QMimeData()
    words.setText("four")
    page.setUrls([QUrl("https://example.org/four.png")])
    assert _drop(widget, words) == (False, False)
    assert _drop(widget, page) == (False, False)
    assert taken[0] == str(tmp_path / "four.png")
    assert isinstance(taken[1], QImage)
    assert (taken[1].width(), len(taken)) == (3, 2)
