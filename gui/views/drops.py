"""Pictures of the user's own that are dropped or pasted: what they are, and a whole widget that takes them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QWidget

_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


def given_by(data: QMimeData) -> str | QImage | None:
    """The path of the first local file, else the picture itself; None where there is neither."""
    if data.hasUrls() and data.urls()[0].isLocalFile():
        return data.urls()[0].toLocalFile()
    return QImage(data.imageData()) if data.hasImage() else None


class Drops(QObject):
    """Takes pictures that are dropped anywhere on `widget`, but on children of it that take them themselves."""

    def __init__(self, widget: QWidget, take: Callable[[str | QImage], None]) -> None:
        super().__init__(widget)
        self._take = take
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (*_DRAGS, QEvent.Type.Drop) or not isinstance(event, QDropEvent):
            return False
        given = given_by(event.mimeData())
        if given is None:
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._take(given)
        return True
