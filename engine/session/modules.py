"""From an OpenModule command, which the user has agreed to, to something to look at and perhaps to train."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine import datasets
from engine.datasets import Dataset
from engine.follow.samples import Shown, of_script
from engine.graph import with_softmax
from engine.messages import DatasetFacts, Graph, Opened, Progress, Settings
from engine.messages.modules import ModuleShown, OpenModule
from engine.networks.inputs import Fitting, complete, examples, fit
from engine.networks.opening import imported_beside, open_module
from engine.networks.references import split_reference
from engine.networks.tensors_file import carry_over, load_state, read_state
from engine.session.exhibit import Exhibit
from engine.session.experiment import Experiment
from engine.session.opening import load_dataset
from engine.session.places import Places
from engine.session.refusal import ends_in_softmax, why_not
from engine.training import Trainer, TrainingError, pick, settings_for
from engine.twin import TwinError

_EXAMPLES = 8
_MOST_EXAMPLES, _MOST_NUMBERS = 64, 4_000_000
"""Of a dataset's pictures so many are shown, as long as their inputs hold no more numbers than that."""


@dataclass(frozen=True, eq=False)
class OpenedModule:
    """What there is to look at, and what is to be told of it."""

    scene: Experiment | Exhibit
    shown: ModuleShown
    notices: tuple[str, ...] = ()


def open_own(
    command: OpenModule,
    *,
    places: Places,
    before: Experiment | None,
    weights_before: Mapping[str, Tensor] | None,
    drawn: Opened | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> OpenedModule:
    """Run the user's code and bring its network on show. `weights_before`: those of the same file before its edit.

    Raises NetworkError (AskShapeError where the user has to say what it takes), DatasetError, Cancelled.
    """
    base = command.base
    module = open_module(command.reference, seed=base.seed, arguments=dict(command.arguments), digest=command.digest)
    notices: list[str] = []
    dataset = _dataset(command, places=places, before=before, progress=progress, cancelled=cancelled)
    first = () if dataset is None else (tuple(dataset.picture_shape),)
    complete(module, shapes=command.input_shapes, first=first)
    if command.weights is not None:
        load_state(module, read_state(Path(command.weights)), source=command.weights)
    initial = tensors_of(module)
    carried = tensors = 0
    path, name = split_reference(command.reference)
    if command.reload and weights_before is not None:
        carried, tensors, anew = carry_over(module, weights_before)
        notices.append(_reloaded(path, carried, tensors, anew))
    title = name or _class_name(module, path)
    fitting = fit(module, name=command.reference, title=title, shapes=command.input_shapes, first=first)
    graph = replace(fitting.heard.graph, subtitle=path.name)
    untrained = why_not(module, fitting, dataset, title)
    trained_before = carried > 0 and before is not None and before.knows_something
    known = command.weights is not None or trained_before or path.suffix == ".pt2"
    scene: Experiment | Exhibit | None = None
    if not untrained and dataset is not None:
        try:
            folder = _folder(command, before)
            scene = _experiment(
                command, module, graph, dataset, initial=initial, drawn=drawn, folder=folder, known=known
            )
        except (datasets.Cancelled, MemoryError, torch.OutOfMemoryError):
            raise
        except Exception as error:  # somebody else's code may raise anything
            said = str(error) if isinstance(error, TrainingError | TwinError) else f"{type(error).__name__}: {error}"
            untrained = next(iter(said.replace(command.reference, title).splitlines()), title)
        else:
            notices += ends_in_softmax(graph, title)
    if scene is None:
        scene = _exhibit(command, module, graph, fitting, dataset, untrained=untrained, known=known)
    stopped = fitting.heard.stopped or ""
    return OpenedModule(
        scene=scene,
        shown=ModuleShown(
            command,
            stopped=stopped,
            untrained=untrained,
            carried=carried,
            tensors=tensors,
            beside=imported_beside(path),
        ),
        notices=tuple(notices),
    )


def _experiment(
    command: OpenModule,
    module: nn.Module,
    graph: Graph,
    dataset: Dataset,
    *,
    initial: Mapping[str, Tensor],
    drawn: Opened | None,
    folder: str | None,
    known: bool,
) -> Experiment:
    base = command.base
    device = pick(base.device)
    settings = settings_for(
        network=command.reference,
        dataset=base.dataset,
        seed=base.seed,
        device=str(device),
        batch_size=base.batch_size,
        learning_rate=base.learning_rate,
        momentum=base.momentum,
        weight_decay=base.weight_decay,
        epochs=base.epochs,
        patience=base.patience,
        min_delta=base.min_delta,
    )
    trainer = Trainer(
        network=command.reference, module=module, dataset=dataset, settings=settings, device=device, initial=initial
    )
    whole = with_softmax(graph)
    if drawn is not None and drawn.settings.dataset == dataset.name and drawn.graph.to_json() == whole.to_json():
        whole = drawn.graph
    return Experiment(trainer=trainer, graph=whole, folder=folder, pretrained=False, loaded=known)


def _exhibit(
    command: OpenModule,
    module: nn.Module,
    graph: Graph,
    fitting: Fitting,
    dataset: Dataset | None,
    *,
    untrained: str,
    known: bool,
) -> Exhibit:
    base = command.base
    shown, title = _pictures(module, fitting, dataset)
    inputs = examples(module, fitting.shapes, fitting.whole, batch=1)
    result = fitting.heard.result
    classes = 0
    if fitting.heard.stopped is None and isinstance(result, Tensor) and result.dim() == 2 and len(graph.nodes) > 1:
        classes = result.shape[1] if 2 <= result.shape[1] <= 1000 else 0  # a single number is no choice
    channels, height, width = shown.picture_shape
    return Exhibit(
        module=module,
        graph=graph,
        shown=shown,
        whole=fitting.whole[0],
        others=inputs[1:],
        settings=Settings(
            network=command.reference, dataset=base.dataset, seed=base.seed, device="cpu", batch_size=base.batch_size,
            learning_rate=base.learning_rate or 0.01, momentum=base.momentum or 0.0,
            weight_decay=base.weight_decay or 0.0, epochs=base.epochs,
        ),
        facts=DatasetFacts(
            name=base.dataset,
            title=title,
            classes=tuple(map(str, range(classes))),
            picture_shape=(channels, height, width),
            train_samples=0,
            test_samples=shown.samples.count("test"),
        ),
        untrained=untrained,
        initial=not known and fitting.trainable,
        stopped=fitting.heard.stopped is not None,
        one_by_one=fitting.alone,
    )  # fmt: skip


def _pictures(module: nn.Module, fitting: Fitting, dataset: Dataset | None) -> tuple[Shown, str]:
    """What the module is shown, and what to call it: the dataset's pictures brought to its size, else numbers."""
    shape = fitting.shapes[0]
    if not fitting.whole[0] and dataset is not None and len(dataset.test_labels):
        count = min(max(_MOST_NUMBERS // max(int(np.prod(shape)), 1), _EXAMPLES), _MOST_EXAMPLES)
        pictures = torch.tensor(np.ascontiguousarray(dataset.test_pictures[:count])).float() / 255.0
        labels = torch.tensor(np.asarray(dataset.test_labels[:count], np.int64))
        # Where nothing classifies, a prediction would only seem to be right or wrong.
        result = fitting.heard.result
        classifies = isinstance(result, Tensor) and result.dim() == 2 and result.shape[1] >= len(dataset.classes)
        labelled = {"labels": labels} if classifies else {}
        mean, std = (torch.tensor(one, dtype=torch.float32).view(-1, 1, 1) for one in (dataset.mean, dataset.std))
        pictures = (pictures - mean) / std
        if len(shape) == 3 and shape[0] in (1, 3):
            fitted = torch.nn.functional.interpolate(pictures, size=shape[1:], mode="bilinear", antialias=True)
            fitted = fitted.mean(1, keepdim=True) if shape[0] == 1 else fitted.expand(-1, 3, -1, -1)
            return of_script({"input/0": fitted.contiguous(), **labelled}), f"{dataset.title}, resized"
        if int(np.prod(shape)) == pictures[0].numel():
            return of_script({"input/0": pictures.reshape(len(pictures), *shape), **labelled}), dataset.title
    values = examples(module, fitting.shapes, fitting.whole, batch=_EXAMPLES)[0]
    return of_script({"input/0": values}), "Random numbers"


def _dataset(
    command: OpenModule,
    *,
    places: Places,
    before: Experiment | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Dataset | None:
    """The data that are chosen; None where they are not on this machine: the network can be looked at without."""
    base = command.base
    shape = command.input_shapes[0] if command.input_shapes else ()
    wanted = (shape[0], shape[1], shape[2]) if len(shape) == 3 else (3, 224, 224)
    try:
        return load_dataset(
            base.dataset, folder=_folder(command, before), shape=wanted, seed=base.seed, places=places, before=before,
            progress=progress, cancelled=cancelled, download=base.download,
        )  # fmt: skip
    except datasets.Cancelled:
        raise
    except datasets.DatasetError:
        return None


def _folder(command: OpenModule, before: Experiment | None) -> str | None:
    """Where the data lie, if they were chosen by a folder: as said, else those that are open."""
    base = command.base
    if base.folder is None and before is not None and before.dataset.name == base.dataset:
        return before.folder
    return base.folder


def tensors_of(module: nn.Module) -> dict[str, Tensor]:
    """Copies of what its state_dict holds, but for what is no tensor (`get_extra_state`)."""
    state = module.state_dict()
    return {key: value.detach().clone() for key, value in state.items() if isinstance(value, Tensor)}


def _class_name(module: nn.Module, path: Path) -> str:
    return path.stem if path.suffix == ".pt2" else type(module).__name__


def _reloaded(path: Path, carried: int, tensors: int, anew: list[str]) -> str:
    if not tensors:
        return f"{path.name} was reloaded."
    if carried == tensors:
        return f"{path.name} was reloaded; its weights stay as they were."
    more = f" and {len(anew) - 2} more" if len(anew) > 2 else ""
    return (
        f"{path.name} was reloaded: {carried} of {tensors} tensors carried over; "
        f"{', '.join(anew[:2])}{more} start{'s' if len(anew) == 1 else ''} anew."
    )
