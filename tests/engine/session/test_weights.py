"""Large networks on photographs, weights from a file and published ones, through the session."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from engine import networks
from engine.messages import (
    AskGallery,
    DownloadWeights,
    Evaluate,
    Evaluated,
    Failed,
    Focus,
    Gallery,
    LoadWeights,
    Noticed,
    Open,
    Opened,
    Quantity,
    ShowFile,
    Train,
    Watch,
)
from engine.networks import published
from engine.networks.published import PUBLISHED, Published
from engine.session import Session
from tests.engine.datasets.conftest import Server, server  # noqa: F401
from tests.engine.session.conftest import Viewer


def test_a_large_network_opens_on_photographs_and_is_looked_into(
    session: Session, viewer: Viewer, tmp_path: Path
) -> None:
    session.start()
    session.send(Open("resnet18", "photographs", device="cpu", pretrained=True))
    session.send(Watch(("layer1.0.add", "layer4.1.conv2"), focus="layer3.0.add"))
    opened = viewer.event(Opened, lambda event: event.settings.network == "resnet18")
    assert opened.graph.input_shape == (3, 224, 224)
    assert opened.dataset.train_samples == 0
    assert len(opened.dataset.classes) == 1000
    assert opened.steps_per_epoch == 0
    assert not opened.pretrained
    assert "Download published weights" in viewer.event(Noticed, lambda event: "random" in event.message).message
    snapshot = viewer.snapshot(lambda one: "layer1.0.add" in one.maps)
    assert snapshot.sample.label is None
    assert snapshot.probabilities.shape == (1000,)
    focus = snapshot.focus
    assert isinstance(focus, Focus)
    np.testing.assert_allclose(focus.output, focus.inputs[0] + focus.inputs[1], rtol=1e-5, atol=1e-5)
    session.send(AskGallery(count=3))
    gallery = viewer.event(Gallery)
    assert gallery.labels.tolist() == [-1, -1, -1]
    session.send(Train())
    failed = viewer.event(Failed)
    assert failed.title == "This cannot be trained"
    assert failed.message.startswith("Photographs have no labels to learn from: choose other data")
    session.send(Evaluate())
    assert viewer.event(Noticed, lambda event: "no labels" in event.message)
    session.send(Watch(("fc",), quantity=Quantity.GRADIENTS))
    viewer.snapshot(lambda one: one.quantity is Quantity.GRADIENTS)
    assert not viewer.kinds(Evaluated)
    PIL.Image.new("RGB", (300, 500), (200, 30, 40)).save(tmp_path / "red.png")
    session.send(ShowFile(path=str(tmp_path / "red.png")))
    shown = viewer.snapshot(lambda one: one.sample.split == "picture")
    assert shown.sample.picture[:, 100, 100].tolist() == [200, 30, 40]


def test_weights_of_a_file_are_taken_evaluated_and_trained_on(opened: Viewer, session: Session, tmp_path: Path) -> None:
    other = networks.build("lenet-relu", seed=77)
    torch.save(other.state_dict(), tmp_path / "w.pth")
    opened.event(Opened)
    session.send(LoadWeights(str(tmp_path / "w.pth")))
    again = opened.event(Opened)
    assert not again.pretrained
    assert "w.pth" in opened.event(Noticed, lambda event: "weights" in event.message).message
    opened.event(Evaluated)
    session.send(Watch(("conv1",), focus="conv1"))
    snapshot = opened.snapshot(lambda one: one.focus is not None and one.focus.node == "conv1" and one.step == 0)
    assert snapshot.focus is not None
    np.testing.assert_array_equal(snapshot.focus.weights["weight"], other.conv1.weight.detach().numpy())  # type: ignore[union-attr]
    session.send(LoadWeights(str(tmp_path / "none.pth")))
    failed = opened.event(Failed)
    assert failed.title == "The weights could not be loaded"
    assert failed.message == f"There is no file {tmp_path / 'none.pth'}."
    torch.save(networks.build("mlp").state_dict(), tmp_path / "mlp.pth")
    session.send(LoadWeights(str(tmp_path / "mlp.pth")))
    assert "are of another network" in opened.event(Failed).message


def test_published_weights_are_fetched_and_shown(
    session: Session,
    viewer: Viewer,
    data_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,  # noqa: F811
) -> None:
    network = networks.build("googlenet", seed=5)
    buffer = io.BytesIO()
    torch.save({**network.state_dict(), "aux1.fc1.bias": torch.ones(2)}, buffer)
    content = buffer.getvalue()
    name = f"googlenet-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    monkeypatch.setitem(PUBLISHED, "googlenet", Published(name, len(content) / 2**20, 69.8))  # type: ignore[arg-type]
    monkeypatch.setattr(published, "_ADDRESS", server.url(""))
    session.start()
    session.send(DownloadWeights("googlenet"))
    assert viewer.event(Failed).title == "The weights could not be downloaded"
    server.files[name] = content
    session.send(DownloadWeights("googlenet"))
    opened = viewer.event(Opened)
    assert opened.pretrained
    assert opened.dataset.name == "photographs"
    session.send(Watch((), focus="input"))
    snapshot = viewer.snapshot(lambda one: one.focus is not None)
    assert snapshot.focus is not None
    seen = snapshot.sample.picture.astype(np.float32) / 255 * 2 - 1  # black is -1, white 1
    np.testing.assert_allclose(snapshot.focus.output, seen, atol=1e-6)
    with torch.no_grad():
        expected = network.eval()(torch.from_numpy(seen)[None])[0].numpy()
    np.testing.assert_allclose(snapshot.logits, expected, atol=1e-4)
    assert (data_root / "weights" / name).is_file()
