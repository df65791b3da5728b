"""Explanations are captum's, and captum's are what their formulas say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.insight import InsightError
from engine.insight.explanation import explanation, grad_cam_node, window_of
from engine.messages.insight import AskExplanation, Method
from tests.engine.insight.conftest import graph_of, last, subject_of


def _picture(seed: int = 0, shape: tuple[int, ...] = (1, 1, 28, 28)) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_saliency_is_the_size_of_the_gradient(lenet: nn.Module) -> None:
    picture = _picture()
    found = last(explanation(subject_of(lenet, (1, 28, 28)), AskExplanation(Method.SALIENCY, 3), picture))
    x = picture.clone().requires_grad_()
    lenet.eval()(x)[0, 3].backward()
    assert x.grad is not None
    np.testing.assert_allclose(found.values, x.grad[0, 0].abs().numpy(), rtol=1e-5, atol=1e-7)
    assert found.target == 3


def test_integrated_gradients_sum_to_what_the_picture_changes(lenet: nn.Module) -> None:
    picture, subject = _picture(), subject_of(lenet, (1, 28, 28))
    found = last(explanation(subject, AskExplanation(Method.INTEGRATED_GRADIENTS), picture))
    with torch.no_grad():
        logits = lenet.eval()(torch.cat([torch.zeros_like(picture), picture]))
    assert found.target == int(logits[1].argmax())
    change = float(logits[1, found.target] - logits[0, found.target])
    assert found.expected == pytest.approx(change, abs=1e-4)
    assert found.total == pytest.approx(change, abs=2e-3 * max(1, abs(change)))
    # The pieces of the path together are the path: a plain sum of many gradients says the same.
    total = torch.zeros(28, 28)
    for step in range(300):
        x = (picture * (step + 0.5) / 300).requires_grad_()
        total += torch.autograd.grad(lenet(x)[0, found.target], x)[0][0, 0]
    np.testing.assert_allclose(found.values, (total / 300 * picture[0, 0]).numpy(), atol=2e-3)


@pytest.mark.parametrize("method", [Method.INTEGRATED_GRADIENTS, Method.OCCLUSION])
def test_what_takes_long_is_told_as_it_grows(lenet: nn.Module, method: Method) -> None:
    seconds = iter(range(1000))
    subject, question = subject_of(lenet, (1, 28, 28)), AskExplanation(method, 3)
    told = [one for one in explanation(subject, question, _picture(), clock=lambda: next(seconds)) if one is not None]
    shares = [one.progress for one in told]
    assert len(shares) > 10
    assert shares == sorted(shares)
    assert shares[-1] == 1
    whole = last(explanation(subject, question, _picture(), clock=lambda: 0.0))
    np.testing.assert_array_equal(told[-1].values, whole.values)
    assert not np.array_equal(told[5].values, whole.values)


def test_grad_cam_is_the_weighted_sum_of_the_maps(lenet: nn.Module) -> None:
    picture = _picture()
    question = AskExplanation(Method.GRAD_CAM, 2, node="act2")
    found = last(explanation(subject_of(lenet, (1, 28, 28)), question, picture))
    lenet.eval()
    maps = lenet.act2(lenet.conv2(lenet.pool1(lenet.act1(lenet.conv1(picture)))))
    logit = lenet.output(lenet.act4(lenet.dense2(lenet.act3(lenet.dense1(lenet.flatten(lenet.pool2(maps)))))))[0, 2]
    gradient = torch.autograd.grad(logit, maps)[0]
    cam = F.relu((gradient.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True))
    expected = F.interpolate(cam, (28, 28), mode="bilinear", align_corners=False)[0, 0]
    np.testing.assert_allclose(found.values, expected.detach().numpy(), rtol=1e-4, atol=1e-6)
    assert found.at == "act2"


def test_occlusion_is_the_fall_of_the_logit_averaged_over_windows(lenet: nn.Module) -> None:
    picture = _picture()
    found = last(explanation(subject_of(lenet, (1, 28, 28)), AskExplanation(Method.OCCLUSION, 1), picture))
    window, stride = window_of(28, 28)
    assert found.window == (window, stride)
    falls, covered = np.zeros((28, 28)), np.zeros((28, 28))
    lenet.eval()
    with torch.no_grad():
        whole = float(lenet(picture)[0, 1])
        for top in range(0, 28 - window + stride, stride):
            for left in range(0, 28 - window + stride, stride):
                occluded = picture.clone()
                occluded[:, :, top : top + window, left : left + window] = 0
                falls[top : top + window, left : left + window] += whole - float(lenet(occluded)[0, 1])
                covered[top : top + window, left : left + window] += 1
    np.testing.assert_allclose(found.values, falls / covered, atol=1e-4)


@pytest.mark.parametrize("method", list(Method))
def test_networks_with_branches_and_layers_in_place_are_explained(deep: nn.Module, method: Method) -> None:
    picture = _picture(shape=(1, 3, 12, 12))
    before = {key: value.clone() for key, value in deep.state_dict().items()}
    hooks = [len(part._forward_hooks) for part in deep.modules()]
    found = last(explanation(subject_of(deep, (3, 12, 12)), AskExplanation(method, node="cat"), picture))
    assert found.values.shape == (12, 12)
    assert np.isfinite(found.values).all()
    assert found.values.any()
    assert deep.training
    assert deep.relu.inplace
    assert [len(part._forward_hooks) for part in deep.modules()] == hooks
    assert all(torch.equal(before[key], value) for key, value in deep.state_dict().items())
    assert all(parameter.grad is None for parameter in deep.parameters())


def test_grad_cam_looks_at_the_nearest_layer_with_maps(lenet: nn.Module) -> None:
    graph = graph_of(lenet, (1, 28, 28))
    node = grad_cam_node(graph, "dense2")
    assert node is not None
    assert node.name == "pool2"
    assert grad_cam_node(graph_of(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), (1, 28, 28)), "1") is None


def test_a_class_that_there_is_not_is_told(lenet: nn.Module) -> None:
    with pytest.raises(InsightError, match="no class 10"):
        last(explanation(subject_of(lenet, (1, 28, 28)), AskExplanation(Method.SALIENCY, 10), _picture()))
