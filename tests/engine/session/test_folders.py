"""Data that were chosen by a folder stay chosen when something else about the experiment changes."""

from __future__ import annotations

from pathlib import Path

from engine.messages import Open, Opened
from engine.session import Session
from tests.engine.session.conftest import Viewer, write_mnist


def test_another_network_or_start_finds_the_same_folder(session: Session, viewer: Viewer, tmp_path: Path) -> None:
    write_mnist(tmp_path / "elsewhere", samples=70, test_samples=30)
    folder = str(tmp_path / "elsewhere" / "mnist")
    session.start()
    session.send(Open("lenet-relu", "mnist", folder=folder, device="cpu", download=False))
    assert viewer.event(Opened).dataset.train_samples == 70
    session.send(Open("lenet-relu", "mnist", pretrained=False, device="cpu", download=False))  # what Train asks for
    assert viewer.event(Opened).dataset.train_samples == 70
    session.send(Open("mlp", "mnist", seed=3, device="cpu", download=False))
    assert viewer.event(Opened).dataset.train_samples == 70


def test_other_data_are_looked_for_where_they_always_are(session: Session, viewer: Viewer, tmp_path: Path) -> None:
    write_mnist(tmp_path / "elsewhere", samples=70, test_samples=30)
    session.start()
    session.send(Open("mlp", "mnist", folder=str(tmp_path / "elsewhere" / "mnist"), device="cpu"))
    viewer.event(Opened)
    session.send(Open("mlp", "digits", device="cpu"))
    assert viewer.event(Opened, lambda event: event.settings.dataset == "digits").dataset.train_samples == 60_000
    session.send(Open("mlp", "mnist", device="cpu"))
    assert viewer.event(Opened, lambda event: event.settings.dataset == "mnist").dataset.train_samples == 640
