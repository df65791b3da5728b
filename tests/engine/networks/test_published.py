"""Published weights: which file, how it is checked, and how its keys become the network's."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine import networks
from engine.datasets import Cancelled, DatasetError
from engine.messages import Progress
from engine.networks import published
from engine.networks.published import PUBLISHED, Published
from tests.engine.datasets.conftest import Server, server  # noqa: F401
from tests.engine.networks.published_facts import FACTS


def saved(state: dict[str, Tensor]) -> bytes:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, server: Server) -> bytes:  # noqa: F811
    """A file of a megabyte in the place of AlexNet's."""
    content = saved({"some.weight": torch.randn(500, 500, generator=torch.Generator().manual_seed(0))})
    name = f"alexnet-owt-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    monkeypatch.setitem(PUBLISHED, "alexnet", Published(name, len(content) / 2**20, 56.5))  # type: ignore[arg-type]
    monkeypatch.setattr(published, "_ADDRESS", server.url(""))
    server.files[name] = content
    return content


def test_every_large_network_has_published_weights_and_says_so() -> None:
    assert PUBLISHED.keys() == FACTS.keys()
    for entry in networks.catalogue():
        assert bool(entry.published) == (entry.name in PUBLISHED)
    assert all(re.fullmatch(r"[0-9a-f]{8}", one.checksum) for one in PUBLISHED.values())
    assert next(one.published for one in networks.catalogue() if one.name == "resnet18") == (
        "47 MB, 69.8 % of ImageNet right"
    )


def test_googlenet_sees_black_as_minus_one() -> None:
    assert published.preprocessing("googlenet") == ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    assert published.preprocessing("resnet50")[0] == (0.485, 0.456, 0.406)


def test_a_download_is_checked_and_kept(tmp_path: Path, small: bytes, server: Server) -> None:  # noqa: F811
    told: list[Progress] = []
    assert published.found("alexnet", tmp_path) is None
    for _ in range(2):
        path = published.fetch("alexnet", data_root=tmp_path, progress=told.append)
        assert path.read_bytes() == small
    assert published.found("alexnet", tmp_path) == path
    assert sum(server.asked.values()) == 1


def test_what_is_not_the_expected_file_is_not_kept(tmp_path: Path, small: bytes, server: Server) -> None:  # noqa: F811
    name = PUBLISHED["alexnet"].file
    server.files[name] = small[:-1] + bytes([small[-1] ^ 1])
    with pytest.raises(DatasetError, match="wrong checksum"):
        published.fetch("alexnet", data_root=tmp_path, pause=0.0)
    assert published.found("alexnet", tmp_path) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_download_can_be_given_up(tmp_path: Path, small: bytes) -> None:
    with pytest.raises(Cancelled):
        published.fetch("alexnet", data_root=tmp_path, cancelled=lambda: True)
    assert published.found("alexnet", tmp_path) is None


def test_a_network_without_published_weights_names_those_that_have() -> None:
    with pytest.raises(networks.NetworkError, match="no published weights of lenet; there are of: alexnet, vgg11"):
        published.fetch("lenet", data_root=None)


def test_old_keys_of_densenet_are_understood(tmp_path: Path) -> None:
    network = networks.build("densenet121", seed=1, classes=7)
    old = {
        re.sub(r"(denselayer\d+)\.(norm|conv)(\d)\.", r"\1.\2.\3.", key): value
        for key, value in network.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    other = networks.build("densenet121", seed=2, classes=7)
    path = tmp_path / "densenet.pth"
    path.write_bytes(saved(old))
    published.give(other, path, network="densenet121")
    assert all(torch.equal(value, other.state_dict()[key]) for key, value in network.state_dict().items())


def test_googlenets_auxiliary_classifiers_are_left_out(tmp_path: Path) -> None:
    network = networks.build("googlenet", seed=1, classes=3)
    state = {**network.state_dict(), "aux1.fc1.weight": torch.ones(2), "aux2.conv.bn.bias": torch.ones(1)}
    (tmp_path / "g.pth").write_bytes(saved(state))
    other = networks.build("googlenet", seed=2, classes=3)
    published.give(other, tmp_path / "g.pth", network="googlenet")
    assert torch.equal(other.fc.weight, network.fc.weight)  # type: ignore[attr-defined]


def test_weights_that_do_not_fit_change_nothing_and_say_why(tmp_path: Path) -> None:
    path = tmp_path / "r.pth"
    path.write_bytes(saved(networks.build("resnet18", seed=1).state_dict()))
    network = networks.build("resnet18", seed=2, classes=10)
    before = network.fc.bias.clone(), network.conv1.weight.clone()  # type: ignore[attr-defined, union-attr, operator]
    with pytest.raises(
        networks.NetworkError, match="tell 1,000 classes apart, the network is open for 10; choose Photographs as data"
    ):
        published.give(network, path, network="resnet18")
    assert torch.equal(network.conv1.weight, before[1])  # type: ignore[attr-defined, arg-type]
    with pytest.raises(networks.NetworkError, match="of another network: missing: "):
        published.give(networks.build("lenet"), path, network="lenet")


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (exec, (f"open({str(tmp_path / 'ran')!r}, 'w')",))

    path = tmp_path / "evil.pth"
    torch.save({"weight": Evil()}, path)
    with pytest.raises(networks.NetworkError, match="without running code"):
        published.give(networks.build("mlp"), path, network="mlp")
    assert not (tmp_path / "ran").exists()
