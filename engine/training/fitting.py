"""A network and a dataset brought together: samples on the device, and whether the one can take the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine.training.errors import TrainingError
from engine.training.feed import Pictures

if TYPE_CHECKING:
    from engine.datasets import Dataset


def load_samples(dataset: Dataset, device: torch.device) -> tuple[Pictures, Pictures]:
    """(training samples, held-out samples) on the device."""
    mean, std = dataset.mean, dataset.std
    return (
        Pictures(pictures=dataset.train_pictures, labels=dataset.train_labels, mean=mean, std=std, device=device),
        Pictures(pictures=dataset.test_pictures, labels=dataset.test_labels, mean=mean, std=std, device=device),
    )


def check_fit(*, name: str | None, module: nn.Module, dataset: Dataset, samples: Pictures) -> None:
    """Run one sample through, so that what does not fit is told before anything is trained. TrainingError says what."""
    name = name or type(module).__name__
    training = module.training
    try:
        module.eval()
        logits = _first_logits(module, samples)
    except torch.OutOfMemoryError:
        raise
    except RuntimeError as error:
        said = str(error).splitlines()[0]
        shape = "x".join(map(str, dataset.picture_shape))
        raise TrainingError(f"{name} cannot take the {shape} pictures of {dataset.title}: {said}") from error
    finally:
        module.train(training)
    classes = len(dataset.classes)
    if not isinstance(logits, Tensor) or logits.dim() != 2 or logits.shape[1] < classes:
        got = "x".join(map(str, logits.shape[1:])) if isinstance(logits, Tensor) else type(logits).__name__
        raise TrainingError(f"{name} gives {got} for a picture, but {dataset.title} has {classes} classes")


def _first_logits(module: nn.Module, samples: Pictures) -> object:
    """What the module makes of one sample. Where it needs values in their usual order, as `x.view(-1, 320)` behind a
    convolution does, pictures and weights are brought from channels_last to that, from now on."""
    picture = samples.range(0, 1)[0]
    with torch.no_grad():
        try:
            return module(picture)
        except RuntimeError as error:
            if "view" not in str(error):
                raise
        module.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        module.register_forward_pre_hook(_in_usual_order)
        return module(picture)


def _in_usual_order(_module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Copies, for of pictures with one channel torch cannot tell the orders apart, and takes them for channels_last."""
    return tuple(one.clone(memory_format=torch.contiguous_format) for one in inputs)
