"""Modules from names: groups, branches, concatenations that grow, what is shared and what unused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.messages import Operation
from gui.views.graph.modules import ALL, Leaf, Module, network
from tests.gui.graph import networks

CONV, RELU, ADD, CONCAT = Operation.CONV2D, Operation.RELU, Operation.ADD, Operation.CONCAT


def test_paths_become_modules_in_modules() -> None:
    net = network(networks.catalogue("resnet18"))
    assert [part.key for part in net.root.children] == [
        "conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "flatten", "fc",
        "softmax",
    ]  # fmt: skip
    layer = net.modules["layer1"]
    assert [part.label for part in layer.children] == ["0", "1"]
    assert net.parameters(layer) == sum(node.parameters for node in net.nodes if node.name.startswith("layer1."))
    assert net.kind(net.modules["layer1.0"]) == "residual block"
    assert net.kind(layer) == "2 residual blocks"
    assert sum(net.parameters(part) for part in net.root.children) == net.graph.parameters


def test_depth_opens_modules_and_single_ones_differ() -> None:
    net = network(networks.catalogue("resnet18"))
    assert net.opened(1) == frozenset({""})
    assert net.opened(2) == {"", "layer1", "layer2", "layer3", "layer4"}
    assert "layer1" not in net.opened(2, frozenset({"layer1"}))
    assert "layer1.0" in net.opened(1, frozenset({"layer1.0"}))
    assert net.opened(ALL) == {key for key, module in net.modules.items() if not module.inline}


def test_branches_of_steps_stand_in_their_block_without_a_box_of_their_own() -> None:
    net = network(networks.catalogue("googlenet"))
    block = net.modules["inception3a"]
    labels = [part.label for part in block.shown]
    assert {"branch1", "branch2.0", "branch2.1", "branch3.0", "branch3.1", "branch4.0", "branch4.1"} <= set(labels)
    assert net.kind(block) == "4 branches"
    assert net.kind(net.modules["inception3a.branch1"]).startswith("1×1 conv, BN")


def test_dense_block_is_drawn_as_a_chain_of_concatenations() -> None:
    net = network(networks.catalogue("densenet121"))
    edges = sum(len(dict.fromkeys(sources)) for sources in net.inputs)
    assert edges < 1.3 * len(net.nodes), "every layer takes one concatenation, not all the layers before it"
    for index, node in enumerate(net.nodes):
        if node.operation is CONCAT:
            sizes = [net.nodes[source].output_shape[0] for source in net.inputs[index]]
            assert sum(sizes) == node.output_shape[0], "the same channels, otherwise put together"
    block = net.modules["features.denseblock1"]
    kinds = [net.nodes[part.first].operation for part in block.shown if isinstance(part, Leaf)]
    assert kinds.count(CONCAT) >= 6, "concatenations stand between the layers, not in them"


def test_concatenation_that_begins_or_ends_with_an_earlier_one_takes_that() -> None:
    shown = networks.graph(
        [("a", CONV, ["input"]), ("b", CONV, ["a"]), ("c1", CONCAT, ["a", "b"]), ("d", CONV, ["c1"]),
         ("c2", CONCAT, ["a", "b", "d"]), ("c3", CONCAT, ["d", "a", "b"]), ("c4", CONCAT, ["b", "a"]),
         ("e", ADD, ["c2", "c3"]), ("f", ADD, ["e", "c4"])]
    )  # fmt: skip
    net = network(shown)
    at = net.numbers
    assert net.inputs[at["c2"]] == (at["c1"], at["d"])
    assert net.inputs[at["c3"]] == (at["d"], at["c1"])
    assert net.inputs[at["c4"]] == (at["b"], at["a"])


def test_module_that_runs_in_several_stretches_is_shown_for_each() -> None:
    shown = networks.graph(
        [("block.a", CONV, ["input"]), ("block.b", RELU, ["block.a"]), ("between", CONV, ["block.b"]),
         ("block.a_2", CONV, ["between"]), ("block.b_2", RELU, ["block.a_2"]), ("end", CONV, ["block.b_2"])]
    )  # fmt: skip
    net = network(shown)
    assert [part.key for part in net.root.children] == ["block", "between", "block#2", "end"]
    assert [part.label for part in net.root.children] == ["block", "between", "block (2)", "end"]


def test_single_layer_in_a_module_needs_no_box() -> None:
    shown = networks.graph([("head.body.conv", CONV, ["input"]), ("tail.conv", CONV, ["head.body.conv"])])
    net = network(shown)
    assert [(part.label, isinstance(part, Leaf)) for part in net.root.children] == [
        ("head.body.conv", True), ("tail.conv", True),
    ]  # fmt: skip
    assert net.deepest == 0


def test_shared_and_unused_are_known() -> None:
    shown = networks.graph(
        [("a", CONV, ["input"]), ("b", CONV, ["a"]), ("c", CONV, ["b"]), ("lost", CONV, ["a"]), ("end", CONV, ["c"])]
    )
    nodes = [replace(node, weights={"weight": "one.weight"}) if node.name in "ac" else node for node in shown.nodes]
    net = network(replace(shown, nodes=tuple(nodes)))
    assert {net.nodes[index].name for index in net.shared} == {"a", "c"}
    assert {net.nodes[index].name for index in net.unused} == {"lost"}


def test_face_of_a_module_is_what_others_take_from_it() -> None:
    net = network(networks.catalogue("resnet18"))
    block = net.modules["layer2.0"]
    assert net.nodes[net.face(block)].operation is RELU
    assert net.nodes[net.face(net.modules["layer2"])].name.startswith("layer2.1")


def test_around_and_part_find_their_way() -> None:
    net = network(networks.catalogue("resnet18"))
    assert [module.key for module in net.around("layer3.1.conv2")] == ["layer3", "layer3.1"]
    assert net.around("layer3") == ()
    part = net.part("layer3.1.conv2")
    assert isinstance(part, Leaf)
    assert isinstance(net.part("layer3"), Module)
    assert net.part("nothing") is None


@pytest.mark.parametrize("name", ["alexnet", "nin-small", "vgg11", "densenet-small", "googlenet-small"])
def test_every_node_is_in_one_place(name: str) -> None:
    net = network(networks.catalogue(name))

    def nodes(module: Module) -> list[int]:
        found = []
        for child in module.children:
            found += nodes(child) if isinstance(child, Module) else [child.first]
        return found

    assert nodes(net.root) == list(range(1, len(net.nodes)))
