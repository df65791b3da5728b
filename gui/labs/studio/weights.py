"""Weights from elsewhere in the Studio: a file of the user's, or those that are published for the open network; and the
data that a network is opened on when those that are open do not suit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from engine import messages
from gui.actions import Action

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab

_FILES = "Weights (*.safetensors *.pth *.pt *.bin);;All files (*)"
_PHOTOGRAPHS = "photographs"
_FOLDER = "folder"


def actions(lab: StudioLab) -> tuple[Action, ...]:
    """What can be done with weights now."""

    def free() -> bool:
        return not lab.experiment.busy and lab.experiment.opened is not None

    entry = _entry(lab)
    size = entry.published.partition(",")[0] if entry is not None and entry.published else ""
    return (
        Action(
            "load-weights",
            "Load weights…",
            lambda: load(lab),
            group="File",
            enabled=free,
            words="safetensors state_dict pth checkpoint",
        ),
        Action(
            "download-weights",
            f"Download published weights ({size})" if size else "Download published weights",
            lambda: download(lab),
            group="File",
            enabled=lambda: free() and bool(size),
            words="imagenet pretrained torchvision",
        ),
    )


def load(lab: StudioLab) -> None:
    """Ask for a file of weights and give them to the open network."""
    path, _ = QFileDialog.getOpenFileName(lab.widget, "Load weights", "", _FILES)
    if path:
        lab.wishes.ask(messages.LoadWeights(path))


def download(lab: StudioLab) -> None:
    """Fetch what is published for the open network, and open it on photographs."""
    entry = _entry(lab)
    if entry is not None and entry.published:
        lab.samples.set_drawing(False)
        lab.experiment.loaded = True
        lab.send(messages.DownloadWeights(entry.name))


def data_for(networks: Sequence[messages.Entry], *, network: str, dataset: str) -> str:
    """What data to open `network` on while `dataset` is open: the same if that suits, else the first that does.

    Photographs suit any network, but those without published weights make nothing of them.
    """
    entry = next((one for one in networks if one.name == network), None)
    if entry is None or not entry.fits:
        return dataset
    fits = [one for one in entry.fits if one != _FOLDER]
    if dataset == _PHOTOGRAPHS and not entry.published:
        fits = [one for one in fits if one != _PHOTOGRAPHS]
    return dataset if dataset in fits or dataset == _FOLDER else next(iter(fits), dataset)


def _entry(lab: StudioLab) -> messages.Entry | None:
    """The open network's line in the catalogue; None for one of the user's own."""
    settings = lab.experiment.settings
    if settings is None:
        return None
    return next((one for one in lab.bridge.session.networks() if one.name == settings.network), None)
