"""`python -m engine pretrain`, and what it has put into resources/."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine import datasets, networks
from engine.cli import pretrain
from engine.messages import Graph
from tests.engine.cli.conftest import Call
from tests.engine.standin import bars

RESOURCES = Path(__file__).parents[3] / "resources"


def test_it_writes_weights_graph_facts_and_samples(
    call: Call, tmp_path: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = bars(test=230)
    real = datasets.load
    monkeypatch.setattr(datasets, "load", lambda name, **more: small if name == "digits" else real(name, **more))
    options = ["--resources", tmp_path, "--data-root", data_root, "--epochs", 3, "--json"]
    for _ in range(2):
        result = call("pretrain", "lenet-relu", *options)
        assert (result.status, result.err) == (0, "")
    said = json.loads(result.out)
    assert list(said["accuracy"]) == ["bars", "mnist"]
    weights = load_file(tmp_path / "weights" / "lenet-relu.safetensors")
    assert weights["conv1.weight"].shape == (6, 1, 5, 5)
    description = json.loads((tmp_path / "weights" / "lenet-relu.json").read_text())
    graph = Graph.from_json(description["graph"])
    assert graph.nodes[-1].name == "softmax"
    assert {key for node in graph.nodes for key in node.weights.values()} == set(weights)
    assert description["dataset"]["mean"] == list(small.mean)
    assert networks.Recipe(**description["recipe"]) == networks.recipe("lenet-relu")
    samples = load_file(tmp_path / "samples" / "bars.safetensors")
    assert (samples["pictures"].dtype, samples["labels"].dtype) == (np.uint8, np.int64)
    assert (samples["pictures"] == small.test_pictures[:200]).all()
    assert call("pretrain", "nope").status == 2


@pytest.mark.parametrize("network", ["lenet", "lenet-relu"])
def test_the_bundled_weights_read_the_bundled_samples(network: str) -> None:
    import torch

    description = json.loads((RESOURCES / "weights" / f"{network}.json").read_text())
    samples = load_file(RESOURCES / "samples" / "digits.safetensors")
    module = networks.build(network)
    weights = load_file(RESOURCES / "weights" / f"{network}.safetensors")
    module.load_state_dict({key: torch.from_numpy(value) for key, value in weights.items()})
    facts = description["dataset"]
    mean, std = (np.reshape(facts[key], (-1, 1, 1)) for key in ("mean", "std"))
    values = torch.from_numpy(((samples["pictures"] / 255 - mean) / std).astype(np.float32))
    with torch.no_grad():
        predicted = module.eval()(values).argmax(1).numpy()
    assert len(predicted) == 200
    assert (predicted == samples["labels"]).mean() >= 0.95
    assert description["trained"]["accuracy"]["mnist"] >= 0.85
    assert networks.Recipe(**description["recipe"]) == networks.recipe(network)


def test_epochs_are_longer_than_the_recipes() -> None:
    for entry in networks.catalogue():
        if entry.bundled:
            assert pretrain._EPOCHS[entry.name] >= networks.recipe(entry.name).epochs
