"""The Studio's questions to the user: a folder, a run, a picture, and training settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from engine import messages

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab

_PICTURES = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp *.pgm *.ppm);;All files (*)"


def open_picture(lab: StudioLab) -> None:
    """Ask for a picture file and look at it."""
    path, _ = QFileDialog.getOpenFileName(lab.widget, "Open picture", "", _PICTURES)
    if path:
        give_picture(lab, path)


def give_picture(lab: StudioLab, given: object) -> None:
    """Look at a picture of the user's own: a path, the bytes of a file, or a QImage. A folder is opened as data."""
    if isinstance(given, str) and Path(given).is_dir():
        lab.wishes.open(dataset=folder_dataset(Path(given)), folder=given)
        return
    if isinstance(given, QImage):
        given = png(given)
    if isinstance(given, bytes):
        lab.send(messages.ShowFile(data=given))
    else:
        lab.send(messages.ShowFile(path=str(given)))


def png(image: QImage) -> bytes:
    """A picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def paste_picture(lab: StudioLab) -> None:
    """Look at the picture, or the picture file, in the clipboard."""
    data = QGuiApplication.clipboard().mimeData()
    if data.hasImage():
        give_picture(lab, QGuiApplication.clipboard().image())
    elif data.hasUrls() and data.urls()[0].isLocalFile():
        give_picture(lab, data.urls()[0].toLocalFile())
    else:
        lab.context.notices.noticed("There is no picture in the clipboard. Copy one, then paste it here.")


def open_folder(lab: StudioLab) -> None:
    """Ask for a folder: of pictures, or of a known dataset's own files."""
    opened = lab.experiment.opened
    path = QFileDialog.getExistingDirectory(lab.widget, "Open a folder of pictures, or of a dataset's files")
    if path:
        lab.wishes.open(dataset=folder_dataset(Path(path)), folder=path)
    elif opened is not None:
        lab.top.set_opened(opened)


def folder_dataset(folder: Path) -> str:
    """Which dataset a folder holds, by the names of its files; "folder" (pictures) if none is known."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if any(name.endswith(".bin") and "batch" in name for name in names):
        return "cifar-10"
    if any(name.startswith(("train-images", "t10k-images")) for name in names):
        return "fashion-mnist" if "fashion" in str(folder).lower() else "mnist"
    return "folder"


def open_run(lab: StudioLab) -> None:
    """Ask for a saved run's folder and go on where it stopped."""
    folder = str(lab.bridge.session.runs_folder)
    path = QFileDialog.getExistingDirectory(lab.widget, "Open run: the folder that holds run.json", folder)
    if path:
        lab.modules.open_run(path)


def training_settings(lab: StudioLab) -> None:
    """Drop down the training settings under their button."""
    from gui.labs.studio.settings_popup import SettingsPopup

    if lab.experiment.settings is not None:
        popup = SettingsPopup(lab.theme, lab.experiment.settings, parent=lab.widget.window())
        popup.tuned.connect(lab.wishes.ask)
        popup.seed_chosen.connect(lambda seed: lab.wishes.open(seed=seed, pretrained=False))
        lab.bridge.settings.connect(popup.settings_changed)
        popup.show_under(lab.top.tune_button)
