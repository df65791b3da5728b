"""Following a Run that something else writes: grows with it, forgives what is half-written, runs nobody's code."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine import datasets, networks, runs, watch
from engine.files import FileError
from engine.follow import Followed, Reader, Watcher
from engine.follow.rebuilt import RebuildError, agrees, run
from engine.follow.scene import FollowError
from engine.graph import trace_graph
from engine.messages import (
    Failed,
    LookBack,
    Noticed,
    Open,
    Opened,
    Quantity,
    Recorded,
    ShowSample,
    Status,
    StatusChanged,
    Train,
    Watch,
)
from engine.messages.film import AskFilm, FilmFrame
from engine.messages.modules import Follow, Following
from engine.session import Session
from engine.training import Trainer, settings_for
from engine.watching import Watched
from engine.watching import watched as module
from tests.engine.session.conftest import Viewer, write_mnist


class Own(nn.Module):
    """What no catalogue knows: rebuilt from its graph."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.pool = nn.Conv2d(1, 3, 5), nn.BatchNorm2d(3), nn.AvgPool2d(2)
        self.output = nn.Linear(3 * 4 * 4, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.pool(torch.relu(self.norm(self.conv(x)))).flatten(1))


class Odd(Own):
    """What cannot be rebuilt: it multiplies."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x * 2.0)


@pytest.fixture(autouse=True)
def _look_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHARE", 1e9)
    monkeypatch.setattr(module, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(module, "_LINES_SECONDS", 0.0)


def step(seen: Watched, net: nn.Module, count: int = 1) -> None:
    for _ in range(count):
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.add_(0.01)
        logits = net(torch.rand(6, 1, 12, 12, generator=torch.Generator().manual_seed(1)))
        seen.step(logits.sum().detach(), logits, torch.arange(6))


@pytest.fixture(params=[Own, Odd])
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Watched, nn.Module, Path]]:
    """A script in the middle of its training."""
    net = request.param()
    net.eval()
    seen = watch(net, run=tmp_path / "run", window=False)
    step(seen, net, 3)
    yield seen, net, tmp_path / "run"
    seen.close()


ALL = ("input", "conv", "norm", "relu", "pool", "flatten", "output", "softmax")


def test_maps_are_the_scripts_own(script: tuple[Watched, nn.Module, Path]) -> None:
    _, net, path = script
    followed = Followed(Reader(path), data_root=None)
    watched = Watch(tuple(node.name for node in followed.graph.nodes), focus="conv")
    sample = followed.samples.at("test", 4)
    picture = followed.look(sample=sample, watch=watched, links=None)
    assert set(ALL) <= set(picture.maps)
    inputs = torch.rand(6, 1, 12, 12, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert np.allclose(picture.logits, net(inputs)[4].numpy(), atol=1e-4)
    assert picture.focus is not None
    assert picture.focus.output.shape == (3, 8, 8)
    assert sample.label == 4
    assert followed.picture_shape == (1, 12, 12)


def test_gradients_are_those_of_the_rebuilt_network(script: tuple[Watched, nn.Module, Path]) -> None:
    _, net, path = script
    followed = Followed(Reader(path), data_root=None)
    sample, watched = followed.samples.at("test", 4), Watch(("input", "conv", "softmax"), quantity=Quantity.GRADIENTS)
    picture = followed.look(sample=sample, watch=watched, links=None)
    if isinstance(net, Odd):
        assert picture.quantity is Quantity.ACTIVATIONS
        return
    assert picture.quantity is Quantity.GRADIENTS
    inputs = torch.rand(6, 1, 12, 12, generator=torch.Generator().manual_seed(1))[4:5].requires_grad_()
    torch.autograd.backward(nn.functional.cross_entropy(net(inputs), torch.tensor([4])))
    assert inputs.grad is not None
    found = followed._gradients(followed._now, sample)
    assert found is not None
    np.testing.assert_allclose(found["input"], inputs.grad[0].numpy(), atol=1e-5)
    assert found["softmax"][4] == pytest.approx(-1.0 / picture.probabilities[4], rel=1e-4)


def test_it_grows_with_the_script(script: tuple[Watched, nn.Module, Path]) -> None:
    seen, net, path = script
    followed = Followed(Reader(path), data_root=None)
    news = followed.refresh()
    assert [point.step for point in news.points] == [1, 2, 3]
    assert news.following is not None
    assert news.following.state == "running"
    step(seen, net, 2)
    news = followed.refresh()
    assert [point.step for point in news.points] == [4, 5]
    assert news.weights
    assert news.following is None  # nothing new to say
    assert followed.moment.moment == followed.moment.step == 5
    assert news.recorded is not None
    followed.look_back(2)
    assert followed.moment.moment in (1, 2, 3)
    followed.look_back(None)
    assert followed.moment.moment == 5
    assert not followed.refresh().points
    seen.close()
    news = followed.refresh()
    assert news.following is not None
    assert news.following.state == "ended"


def test_a_film_of_a_script_shows_what_it_wrote_and_disturbs_nobody(
    script: tuple[Watched, nn.Module, Path],
) -> None:
    seen, net, folder = script
    step(seen, net, 3)
    followed = Followed(Reader(folder), data_root=None)
    followed.refresh()
    sample = followed.samples.closest("test", 0)
    watch_conv = Watch(("conv",), links=False)
    before = followed.moment
    for at in followed.recorded:
        shown, picture = followed.then(at, sample=sample, watch=watch_conv)
        followed.look_back(at)
        looked = followed.look(sample=sample, watch=watch_conv, links=None)
        assert shown == at
        assert picture.maps.keys() == looked.maps.keys()
        for name, maps in picture.maps.items():
            assert np.array_equal(maps.pixels, looked.maps[name].pixels)
    followed.look_back(None)
    assert followed.moment == before
    assert followed.then(10**6, sample=sample, watch=watch_conv)[0] == before.step


def test_weights_that_lag_behind_the_curves_are_of_now(script: tuple[Watched, nn.Module, Path]) -> None:
    _, _, path = script
    followed = Followed(Reader(path), data_root=None)
    lines = path / "metrics.jsonl"
    newer = json.loads(lines.read_text().splitlines()[-1]) | {"step": 9}
    lines.write_text(f"{lines.read_text()}{json.dumps(newer)}\n")
    assert [point.step for point in followed.refresh().points] == [1, 2, 3, 9]
    assert followed.moment.moment == followed.moment.step == 3  # or the window would say that it looks back
    followed.look_back(1)
    assert (followed.moment.moment, followed.moment.step) == (1, 9)


def test_drawings_go_through_what_can_be_rebuilt(tmp_path: Path) -> None:
    net = Own().eval()
    seen = watch(net, run=tmp_path / "run", window=False)
    step(seen, net)
    followed = Followed(Reader(tmp_path / "run"), data_root=None)
    sample = replace(followed.samples.at("test", 0), index=-1, label=None, split="drawing")
    picture = followed.look(sample=sample, watch=Watch(ALL), links=None)
    same = followed.look(sample=followed.samples.at("test", 0), watch=Watch(ALL), links=None)
    assert np.allclose(picture.logits, same.logits, atol=0.5)  # the same picture in 8 bits
    assert picture.logits.any()
    # The script is told that it need not write what its layers give any more.
    assert json.loads((tmp_path / "run" / "request.json").read_text())["rebuilt"] is True
    before = (tmp_path / "run" / "activations.safetensors").stat().st_mtime_ns
    step(seen, net)
    assert (tmp_path / "run" / "activations.safetensors").stat().st_mtime_ns == before
    assert followed.refresh().weights
    seen.close()


def test_a_script_writes_what_the_follower_looks_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is room for one sample alone: then only that one is run."""
    monkeypatch.setattr("engine.watching.writer.ACTIVATIONS", 2000)
    monkeypatch.setattr(module, "ACTIVATIONS", 2000)
    net = Odd().eval()
    seen = watch(net, run=tmp_path / "run", window=False)
    step(seen, net)
    followed = Followed(Reader(tmp_path / "run"), data_root=None)
    watched = Watch(("conv", "pool"))
    sample = followed.samples.at("test", 5)
    assert not followed.look(sample=sample, watch=watched, links=None).maps.keys() & {"conv"}
    step(seen, net)
    assert followed.refresh().weights
    assert {"conv", "pool"} <= set(followed.look(sample=sample, watch=watched, links=None).maps)
    assert {key.partition("/")[0] for key in Reader(tmp_path / "run").activations()[1]} == {"5"}
    seen.close()


def test_half_written_and_damaged_files(script: tuple[Watched, nn.Module, Path]) -> None:
    seen, net, path = script
    followed = Followed(Reader(path), data_root=None)
    followed.refresh()
    lines = path / "metrics.jsonl"
    whole = lines.read_bytes()
    with lines.open("ab") as file:
        file.write(b'{"kind": "train", "step": 4, "ep')
    assert followed.refresh().following is None
    assert not followed.refresh().points
    with lines.open("ab") as file:
        file.write(b'och": 0.004, "loss": 1.0, "accuracy": null, "seconds": 1.0}\n')
    (point,) = followed.refresh().points
    assert (point.step, point.loss) == (4, 1.0)
    assert np.isnan(point.accuracy)

    weights = (path / "weights.safetensors").read_bytes()
    for damaged in (b"", weights[:100], b"\xff" * 64):
        (path / "weights.safetensors").write_bytes(damaged)
        news = followed.refresh()
        assert news.following is None or news.following.state == "damaged"
        picture = followed.look(sample=followed.samples.at("test", 0), watch=Watch(("conv",)), links=None)
        assert "conv" in picture.maps  # what was there is still shown
    (path / "weights.safetensors").write_bytes(weights)
    news = followed.refresh()
    assert news.following is not None
    assert news.following.state == "running"

    described = (path / "run.json").read_text()
    (path / "run.json").write_text(described[: len(described) // 2])
    told = followed.refresh().following
    assert told is not None
    assert told.state == "damaged"
    assert "run.json is broken" in told.said
    (path / "run.json").write_text(described)
    with lines.open("ab") as file:
        file.write(b"nonsense\n")
    told = followed.refresh().following
    assert told is not None
    assert "line 5 is no point of a curve" in told.said
    lines.write_bytes(whole)
    step(seen, net)


def test_curves_that_are_written_anew_go_on_or_begin_again(tmp_path: Path) -> None:
    reader, path = Reader(tmp_path), tmp_path / "metrics.jsonl"

    def write(*steps: int, loss: float = 1.0) -> None:
        content = "".join(
            json.dumps({"kind": "train", "step": one, "epoch": 0, "loss": loss, "accuracy": 0, "seconds": 0}) + "\n"
            for one in steps
        )
        (tmp_path / "new").write_text(content)
        (tmp_path / "new").replace(path)

    assert reader.points() == ([], False)
    write(1, 2)
    points, anew = reader.points()
    assert ([point.step for point in points], anew) == ([1, 2], False)
    write(1, 2, 3)
    points, anew = reader.points()
    assert ([point.step for point in points], anew) == ([3], False)
    write(1, loss=2.0)
    points, anew = reader.points()
    assert ([point.step for point in points], anew) == ([1], True)


def test_what_cannot_be_followed_is_said(tmp_path: Path) -> None:
    with pytest.raises(FollowError, match=r"run\.json"):
        Followed(Reader(tmp_path), data_root=None)
    net = Own()
    seen = watch(net, run=tmp_path / "run", window=False)
    step(seen, net)
    seen.close()
    described = json.loads((tmp_path / "run" / "run.json").read_text())
    described["settings"]["network"] = "somebody/net.py:Net"
    (tmp_path / "run" / "run.json").write_text(json.dumps(described))
    (tmp_path / "run" / "graph.json").unlink()
    with pytest.raises(FollowError, match="which is code"):
        Followed(Reader(tmp_path / "run"), data_root=None)
    assert runs.summary(tmp_path / "run").step == 1
    with pytest.raises(runs.RunError, match="written by a script"):
        runs.open_run(tmp_path / "run")


def test_every_catalogue_network_that_is_small_is_rebuilt_exactly() -> None:
    for name in ("lenet", "lenet-relu", "mlp"):
        network = networks.build(name).eval()
        shape = networks.input_shape(name)
        graph = trace_graph(network, shape, name=name, title=name)
        inputs = torch.rand(2, *shape)
        outputs = run(graph, network.state_dict(), inputs)
        with torch.no_grad():
            assert torch.allclose(outputs[graph.nodes[-1].name], network(inputs), atol=1e-6)
    outputs["flatten"] = outputs["flatten"] + 1
    assert not agrees(graph, outputs, {"flatten": inputs[0].flatten()})
    assert not agrees(graph, outputs, {})
    with pytest.raises(RebuildError, match="dense1 cannot be rebuilt"):
        run(graph, {}, inputs)


def test_the_watcher_tells_changes_and_ends(tmp_path: Path) -> None:
    changed = threading.Event()
    watcher = Watcher(Reader(tmp_path), changed.set, seconds=0.01)
    (tmp_path / "run.json").write_text("{}")
    assert changed.wait(10)
    watcher.close()
    watcher.close()
    assert not watcher._thread.is_alive()


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    write_mnist(tmp_path / "data")
    session = Session(data_root=tmp_path / "data", runs_root=tmp_path / "runs")
    made = Viewer(session)
    session.start()
    yield made
    assert session.close(30)


def test_a_session_follows_a_script_from_before_its_first_step_to_its_end(viewer: Viewer, tmp_path: Path) -> None:
    net = Own().eval()
    seen = watch(net, run=tmp_path / "run", window=False)
    viewer.session.send(Follow(str(tmp_path / "run")))
    assert viewer.event(Following).state == "waiting"
    step(seen, net)
    opened = viewer.event(Opened)
    assert opened.settings.network == "Own"
    assert viewer.event(Following).state == "running"
    viewer.event(StatusChanged, lambda event: event.status is Status.FOLLOWING)
    viewer.session.send(Watch(tuple(node.name for node in opened.graph.nodes)))
    first = viewer.snapshot(lambda one: "conv" in one.maps)
    step(seen, net, 3)
    later = viewer.snapshot(lambda one: one.moment == 4)
    assert not np.array_equal(first.kernels["conv"].limits, later.kernels["conv"].limits)
    viewer.until(lambda: [point.step for point in viewer.points] == [1, 2, 3, 4])
    viewer.session.send(ShowSample(index=3))
    viewer.snapshot(lambda one: one.sample.index == 3)
    assert viewer.event(Recorded, lambda event: 1 in event.steps).bytes > 0
    viewer.session.send(LookBack(1))
    then = viewer.snapshot(lambda one: (one.moment, one.sample.index) == (1, 3))
    viewer.session.send(AskFilm("conv", steps=(1, 4), maps=(2, 0), request=9))
    frames = [viewer.event(FilmFrame, lambda frame: frame.request == 9) for _ in range(2)]
    assert [frame.step for frame in frames] == [1, 4]
    assert np.array_equal(frames[0].maps.pixels, then.maps["conv"].pixels[[2, 0]])
    assert frames[0].predicted == int(then.probabilities.argmax())
    assert not np.array_equal(frames[0].maps.limits, frames[1].maps.limits)
    viewer.session.send(Train())
    assert "only followed" in viewer.event(Noticed).message
    seen.close()
    assert viewer.event(Following, lambda event: event.state == "ended").said == "The script has ended after 4 steps."
    viewer.session.send(Open("lenet", "mnist", device="cpu", download=False))
    assert viewer.event(Opened).settings.network == "lenet"  # and everything works as before
    viewer.event(StatusChanged, lambda event: event.status is Status.READY)
    assert not viewer.kinds(Failed)


def test_a_session_follows_a_run_that_receptive_writes(viewer: Viewer, tmp_path: Path) -> None:
    dataset = datasets.load("mnist", root=tmp_path / "data", download=False)
    settings = settings_for(network="lenet-relu", dataset="mnist", epochs=1)
    network = networks.build("lenet-relu")
    trainer = Trainer(
        network="lenet-relu", module=network, dataset=dataset, settings=settings, device=torch.device("cpu")
    )
    trainer.step()
    runs.save(trainer, tmp_path / "run")
    viewer.session.send(Follow(str(tmp_path / "run")))
    opened = viewer.event(Opened)
    assert opened.dataset.name == "mnist"
    viewer.session.send(Watch(("conv1",)))
    viewer.snapshot(lambda one: one.moment == 1 and "conv1" in one.maps)
    while not trainer.finished:
        trainer.step()
    trainer.evaluate()
    runs.save(trainer, tmp_path / "run")
    viewer.snapshot(lambda one: one.moment == trainer.updates)
    viewer.until(lambda: any(point.step == trainer.updates for point in viewer.points))
    assert viewer.event(Following, lambda event: event.state == "ended").said == "The run has its 1 epoch."
    assert not viewer.kinds(Failed)


def test_folders_that_hold_no_run(viewer: Viewer, tmp_path: Path) -> None:
    viewer.session.send(Follow(str(tmp_path / "nothing")))
    assert "no folder" in viewer.event(Failed).message
    viewer.session.send(Follow(str(tmp_path)))
    assert "holds no run" in viewer.event(Failed).message
    with pytest.raises(FileError):
        Reader(tmp_path).description()
