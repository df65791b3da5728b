"""The bundled network before torch has loaded: NumPy alone, and right."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine import networks, preview
from engine.graph import trace_graph, with_softmax
from engine.messages import (
    Evaluated,
    Failed,
    Graph,
    Open,
    Opened,
    Rewind,
    Rewound,
    Scale,
    ShowPicture,
    ShowSample,
    Status,
    StatusChanged,
    Train,
    Watch,
)
from engine.probe import Probe
from engine.session import Session
from engine.session import session as session_module
from engine.twin import Twin
from tests.engine.session.conftest import Viewer

_NAMES = tuple("0123456789")


def _graph(module: torch.nn.Module) -> Graph:
    return with_softmax(trace_graph(module, (1, 28, 28), name="lenet", title="LeNet"))


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    """A LeNet that was not trained, for the pictures of the small MNIST, and twenty pictures."""
    module = networks.build("lenet", seed=7)
    (tmp_path / "weights").mkdir()
    (tmp_path / "samples").mkdir()
    save_file(module.state_dict(), tmp_path / "weights" / "lenet.safetensors")
    facts = {
        "name": "digits",
        "title": "Digits",
        "classes": _NAMES,
        "picture_shape": [1, 28, 28],
        "train_samples": 60_000,
        "test_samples": 10_000,
        "mean": [0.1],
        "std": [0.3],
    }
    description = {"graph": _graph(module).to_json(), "recipe": asdict(networks.recipe("lenet")), "dataset": facts}
    (tmp_path / "weights" / "lenet.json").write_text(json.dumps(description))
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (20, 1, 28, 28), generator=generator, dtype=torch.uint8)
    save_file({"pictures": pictures, "labels": torch.arange(20) % 10}, tmp_path / "samples" / "digits.safetensors")
    return tmp_path


@pytest.mark.parametrize("name", ["lenet", "lenet-relu", "mlp"])
@pytest.mark.parametrize("scale", list(Scale))
def test_numpy_shows_what_torch_shows(name: str, scale: Scale) -> None:
    module = networks.build(name, seed=2)
    graph = _graph(module)
    x = torch.randn((1, 1, 28, 28), generator=torch.Generator().manual_seed(1))
    weights = {key: values.numpy() for key, values in module.state_dict().items()}
    watch = Watch(tuple(node.name for node in graph.nodes), scale=scale, focus="output")
    outputs = preview.forward(graph, weights, x[0].numpy())
    ours = preview.picture(graph=graph, weights=weights, outputs=outputs, watch=watch)
    theirs = Probe(graph=graph, twin=Twin(module, graph)).picture(inputs=x, watch=watch)
    np.testing.assert_allclose(ours.logits, theirs.logits, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, rtol=1e-5, atol=1e-5)
    assert ours.focus is not None
    assert theirs.focus is not None
    np.testing.assert_allclose(ours.focus.output, theirs.focus.output, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.focus.inputs[0], theirs.focus.inputs[0], rtol=1e-5, atol=1e-5)
    assert ours.focus.weights.keys() == theirs.focus.weights.keys()
    for mine, other in ((ours.maps, theirs.maps), (ours.kernels, theirs.kernels)):
        assert mine.keys() == other.keys()
        for node, maps in mine.items():
            assert maps.signed == other[node].signed
            assert np.abs(maps.pixels.astype(int) - other[node].pixels).max() <= 1
            np.testing.assert_allclose(maps.limits, other[node].limits, rtol=1e-4, atol=1e-6)
    assert ours.links.keys() == theirs.links.keys()
    for node, links in ours.links.items():
        np.testing.assert_allclose(np.abs(links.values), np.abs(theirs.links[node].values), rtol=1e-4)


def test_first_light_is_there_without_a_thread(resources: Path) -> None:
    opened, snapshot, gallery = Session(resources=resources).first_light()
    assert opened.pretrained
    assert opened.devices == ("cpu",)
    assert opened.steps_per_epoch == 938
    assert opened.settings.network == "lenet"
    assert set(snapshot.maps) == {node.name for node in opened.graph.nodes}
    assert (snapshot.sample.index, snapshot.step) == (0, 0)
    assert gallery.indices.tolist() == list(range(10))
    assert gallery.pictures.shape == (10, 1, 28, 28)
    module = networks.build("lenet", seed=7)
    x = (torch.tensor(snapshot.sample.picture)[None] / 255 - 0.1) / 0.3
    np.testing.assert_allclose(snapshot.logits, module(x)[0].detach().numpy(), rtol=1e-5, atol=1e-5)


def test_drawings_are_seen_while_torch_loads(resources: Path, monkeypatch: pytest.MonkeyPatch, data_root: Path) -> None:
    go_on = threading.Event()
    load = session_module.load_engine

    def slowly() -> None:
        assert go_on.wait(30)
        load()

    monkeypatch.setattr(session_module, "load_engine", slowly)
    session = Session(resources=resources, data_root=data_root, runs_root=resources / "runs")
    viewer = Viewer(session)
    _, first, _ = session.first_light()
    session.send(Open("lenet", "mnist", device="cpu", pretrained=True))
    session.start()
    viewer.event(StatusChanged, lambda event: event.status is Status.STARTING)
    drawing = np.full((1, 28, 28), 50, np.uint8)
    session.send(ShowPicture(drawing, request=1))
    shown = viewer.snapshot(lambda snapshot: snapshot.request == 1)
    assert shown.serial > first.serial
    np.testing.assert_array_equal(shown.sample.picture, drawing)
    session.send(Watch(("conv1",), focus="conv1"))
    focus = viewer.snapshot(lambda snapshot: snapshot.focus is not None).focus
    assert focus is not None
    assert focus.output.shape == (6, 28, 28)
    session.send(ShowSample(index=150))  # more than there are here, but not of the MNIST to come
    viewer.look()
    assert not viewer.kinds(Opened)
    go_on.set()
    opened = viewer.event(Opened)
    assert opened.pretrained
    assert viewer.event(Evaluated).step == 0
    after = viewer.snapshot(lambda snapshot: snapshot.sample.index == 150)
    assert after.serial > shown.serial
    session.send(Rewind())
    viewer.event(Rewound)
    assert session.close(30.0)


def test_the_bundled_network_is_shown_where_torch_is_broken(resources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ImportError("libtorch is not what it was")

    monkeypatch.setattr(session_module, "load_engine", broken)
    session = Session(resources=resources)
    viewer = Viewer(session)
    session.first_light()
    session.start()
    failed = viewer.event(Failed)
    assert "libtorch" in failed.message
    session.send(ShowSample(index=4))
    assert viewer.snapshot().sample.index == 4
    session.send(Train())
    assert "PyTorch" in viewer.event(Failed).title
    assert session.close(30.0)


def test_damaged_files_are_named(resources: Path) -> None:
    path = resources / "weights" / "lenet.json"
    text = path.read_text()
    path.write_text(text.replace('"mean"', '"men"'))
    with pytest.raises(ValueError, match=r"lenet\.json"):
        Session(resources=resources).first_light()
    path.write_text(text)
    (resources / "weights" / "lenet.safetensors").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="damaged"):
        Session(resources=resources).first_light()
    path.unlink()
    with pytest.raises(FileNotFoundError):
        Session(resources=resources).first_light()


def test_first_light_is_for_before_the_start(session: Session) -> None:
    session.start()
    with pytest.raises(RuntimeError):
        session.first_light()


def test_the_bundled_files_give_first_light_without_torch() -> None:
    program = """
import sys
from engine.session import Session
opened, snapshot, gallery = Session().first_light()
assert snapshot.maps and gallery.pictures.size and opened.graph.parameters == 61_706
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
