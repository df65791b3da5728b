"""Why a module of the user's own cannot be trained here, and what is said of one that can but will not learn well."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engine.datasets import Dataset
from engine.graph.listener import still
from engine.messages import Graph, Operation
from engine.networks.inputs import Fitting, examples, number_type


def why_not(module: nn.Module, fitting: Fitting, dataset: Dataset | None, title: str) -> str:
    """Why the network cannot be trained here; empty if it seems that it can."""
    heard = fitting.heard
    if heard.stopped is not None:
        return f"{title} {heard.stopped}"
    if len(fitting.shapes) > 1:
        return f"{title} takes {len(fitting.shapes)} inputs; what is trained here takes one picture"
    if fitting.whole[0]:
        return f"{title} takes indices, not pictures"
    if problem := _result_problem(heard.result, title):
        return problem
    if dataset is None:
        return "the data are not on this machine; choose others"
    if fitting.shapes[0] != tuple(dataset.picture_shape):
        takes, has = ("x".join(map(str, one)) for one in (fitting.shapes[0], dataset.picture_shape))
        flat = len(fitting.shapes[0]) == 1 and int(np.prod(dataset.picture_shape)) == fitting.shapes[0][0]
        advice = "; begin forward() with x = x.flatten(1)" if flat else "; choose other data"
        return f"{title} takes {takes}, but {dataset.title} has pictures of {has}{advice}"
    if fitting.alone:
        return f"{title} takes one sample at a time, not a batch"
    if heard.result.shape[1] < len(dataset.classes):
        gives = "1 number" if heard.result.shape[1] == 1 else f"{heard.result.shape[1]} numbers"
        return f"{title} gives {gives}, but {dataset.title} has {len(dataset.classes)} classes"
    return _own_problem(module, fitting, title)


def ends_in_softmax(graph: Graph, title: str) -> list[str]:
    """A word on a classifier that makes probabilities itself: cross entropy does so once more."""
    if graph.nodes[-1].operation is not Operation.SOFTMAX:
        return []
    return [
        f"{title} ends in a softmax of its own, and cross entropy takes the softmax of what it is given: it learns "
        "slowly so. Leave the softmax out of forward()."
    ]


def _result_problem(result: object, title: str) -> str:
    if not isinstance(result, Tensor):
        kind = {"tuple": "a tuple", "list": "a list", "dict": "a dictionary", "NoneType": "nothing"}.get(
            type(result).__name__
        )
        return f"{title} gives {kind or type(result).__name__}, not a tensor of (batch, classes)"
    if result.dim() != 2:
        shape = "x".join(map(str, result.shape[1:])) or "one number"
        return f"{title} gives {shape} for a sample, not one number for each class"
    return ""


def _own_problem(module: nn.Module, fitting: Fitting, title: str) -> str:
    """What lies in the module alone."""
    if not fitting.trainable:
        return f"{title} has no parameters to train"
    if (kind := number_type(module)) is not torch.float32:
        return f"{title} computes in {str(kind).removeprefix('torch.')}; what is trained here computes in float32"
    if not all(isinstance(one, Tensor) for one in module.state_dict().values()):
        return f"{title} keeps other things than tensors in its state_dict"
    with torch.enable_grad(), torch.random.fork_rng(devices=[]):
        result = still(module)(*examples(module, fitting.shapes, fitting.whole))
    if not result.requires_grad:
        return f"{title} cuts its result off from its parameters (torch.no_grad or detach in forward())"
    return ""
