"""The catalogue's facts, one network a line, without torch: what it is called, what it takes, how it is trained."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.messages import Entry
from engine.networks.published import PUBLISHED


@dataclass(frozen=True)
class Recipe:
    """How a network is trained unless the user says otherwise.

    After each epoch the learning rate is multiplied by `learning_rate_decay`.
    """

    learning_rate: float
    momentum: float
    weight_decay: float
    batch_size: int
    epochs: int
    learning_rate_decay: float = 1.0


@dataclass(frozen=True)
class Family:
    """A catalogue line with what is needed to build it: `maker` is "module:class", imported when asked for and called
    with `options`.

    `shape` is (channels, height, width) of the picture that it was designed for, `least` the smallest (height, width),
    `classes` how many logits it has unless somebody says otherwise.
    """

    entry: Entry
    maker: str
    recipe: Recipe
    shape: tuple[int, int, int]
    least: tuple[int, int]
    classes: int = 10
    options: tuple[tuple[str, object], ...] = ()


PHOTOGRAPHS = "photographs"
_GREY = ("digits", "mnist", "fashion-mnist")
_SMALL = (*_GREY, "cifar-10", "folder", PHOTOGRAPHS)
_PLAIN = Recipe(
    learning_rate=0.02, momentum=0.9, weight_decay=0.0005, batch_size=64, epochs=10, learning_rate_decay=0.8
)
_NORMALIZED = Recipe(
    learning_rate=0.05, momentum=0.9, weight_decay=0.0005, batch_size=64, epochs=10, learning_rate_decay=0.8
)

_TITLES = {
    "lenet": "LeNet", "mlp": "MLP", "lecture": "Lecture", "tiny_vgg": "VGG", "vgg": "VGG", "alexnet": "AlexNet",
    "nin": "NiN", "googlenet": "GoogLeNet", "resnet": "ResNet", "densenet": "DenseNet",
}  # fmt: skip


def _family(maker: str) -> str:
    """How the family of a "module:class" is called."""
    return _TITLES[maker.partition(":")[0]]


def _small(
    name: str,
    title: str,
    subtitle: str,
    summary: str,
    maker: str,
    *,
    recipe: Recipe = _PLAIN,
    shape: tuple[int, int, int] = (3, 32, 32),
    least: int,
    bundled: bool = False,
    **options: object,
) -> Family:
    """A network that trains on a laptop, on pictures of 28x28 or 32x32 as well (where `least` allows)."""
    fits = tuple(one for one in _SMALL if least <= 28 or (one not in _GREY and (least <= 32 or one != "cifar-10")))
    return Family(
        entry=Entry(
            name=name,
            title=title,
            summary=summary,
            subtitle=subtitle,
            family=_family(maker),
            bundled=bundled,
            fits=fits,
        ),
        maker=f"engine.networks.{maker}",
        recipe=recipe,
        shape=shape,
        least=(least, least),
        options=tuple(options.items()),
    )


def _large(
    name: str, title: str, subtitle: str, summary: str, maker: str, *, recipe: Recipe, least: int, **options: object
) -> Family:
    """A network in its paper's size: photographs of 224x224 and a thousand classes."""
    fits = (PHOTOGRAPHS, "folder", *(("cifar-10",) if least <= 32 else ()))
    weights = PUBLISHED.get(name)
    published = "" if weights is None else f"{weights.size}, {weights.accuracy:.1f} % of ImageNet right"
    return Family(
        entry=Entry(
            name=name,
            title=title,
            summary=summary,
            subtitle=subtitle,
            family=_family(maker),
            large=True,
            published=published,
            fits=fits,
        ),
        maker=f"engine.networks.{maker}",
        recipe=recipe,
        shape=(3, 224, 224),
        least=(least, least),
        classes=1000,
        options=tuple(options.items()),
    )


_ALEXNET = Recipe(learning_rate=0.01, momentum=0.9, weight_decay=0.0005, batch_size=128, epochs=90)
_VGG = Recipe(learning_rate=0.01, momentum=0.9, weight_decay=0.0005, batch_size=256, epochs=74)
_GOOGLENET = Recipe(learning_rate=0.1, momentum=0.9, weight_decay=0.0001, batch_size=256, epochs=90)
_RESNET = Recipe(learning_rate=0.1, momentum=0.9, weight_decay=0.0001, batch_size=256, epochs=90)

FAMILIES: tuple[Family, ...] = (
    _small(
        "lenet",
        "LeNet",
        "sigmoid, average pooling",
        "LeCun et al. 1998, as in the lecture: sigmoid, average pooling, Xavier initialisation",
        "lenet:LeNet",
        recipe=Recipe(learning_rate=0.1, momentum=0.0, weight_decay=0.0, batch_size=64, epochs=10),
        shape=(1, 28, 28),
        least=12,
        bundled=True,
    ),
    _small(
        "lenet-relu",
        "LeNet with ReLU",
        "ReLU, max pooling",
        "LeNet as one would build it today: ReLU, max pooling, momentum",
        "lenet:LeNetReLU",
        recipe=Recipe(
            learning_rate=0.02, momentum=0.9, weight_decay=0.001, batch_size=64, epochs=10, learning_rate_decay=0.7
        ),
        shape=(1, 28, 28),
        least=12,
        bundled=True,
    ),
    _small(
        "lenet-sigmoid-max",
        "LeNet with max pooling",
        "sigmoid, max pooling",
        "LeNet as in the lecture but for max pooling: what the pooling alone changes",
        "lenet:LeNetSigmoidMax",
        recipe=Recipe(learning_rate=0.1, momentum=0.0, weight_decay=0.0, batch_size=64, epochs=10),
        shape=(1, 28, 28),
        least=12,
    ),
    _small(
        "lenet-relu-average",
        "LeNet with ReLU, average",
        "ReLU, average pooling",
        "LeNet with ReLU but for average pooling: what the pooling alone changes",
        "lenet:LeNetReLUAverage",
        recipe=Recipe(
            learning_rate=0.02, momentum=0.9, weight_decay=0.001, batch_size=64, epochs=10, learning_rate_decay=0.7
        ),
        shape=(1, 28, 28),
        least=12,
    ),
    _small(
        "mlp",
        "Multilayer perceptron",
        "128 hidden units, ReLU",
        "Every unit sees every pixel: 128 hidden units, ReLU",
        "mlp:MLP",
        recipe=Recipe(learning_rate=0.01, momentum=0.9, weight_decay=0.0, batch_size=64, epochs=10),
        shape=(1, 28, 28),
        least=1,
    ),
    _small(
        "lecture-cnn",
        "Lecture's CNN",
        "one convolution, one pool",
        "The lecture's example: 32x32x3, twelve filters, 8x8x12, ReLU, pool 3x3x12, ten classes",
        "lecture:LectureCNN",
        least=11,
    ),
    _small(
        "tiny-vgg",
        "Tiny VGG",
        "four 3x3 convolutions",
        "CNN Explainer's network: 64x64x3, two blocks of two valid 3x3 convolutions with ten filters",
        "tiny_vgg:TinyVGG",
        shape=(3, 64, 64),
        least=16,
    ),
    _small(
        "alexnet-small",
        "AlexNet, small",
        "five convolutions, dropout",
        "AlexNet's plan for pictures of 28x28 or 32x32",
        "alexnet:SmallAlexNet",
        least=15,
    ),
    _large(
        "alexnet",
        "AlexNet",
        "five convolutions, dropout",
        "Krizhevsky et al. 2012, in one column as in 2014: 61 million parameters",
        "alexnet:AlexNet",
        recipe=_ALEXNET,
        least=63,
    ),
    _small(
        "vgg-small",
        "VGG, small",
        "three blocks of two",
        "VGG's plan for pictures of 28x28 or 32x32: 16, 32 and 64 channels",
        "vgg:SmallVGG",
        least=8,
    ),
    *(
        _large(
            f"vgg{depth}{'_bn' if batch_norm else ''}",
            f"VGG-{depth}{' with batch norm' if batch_norm else ''}",
            "3x3 convolutions" + (", batch norm" if batch_norm else ""),
            f"Simonyan and Zisserman 2014: {depth} layers with weights, 3x3 convolutions alone"
            + (", each with a batch normalization" if batch_norm else ""),
            "vgg:VGG",
            recipe=_VGG,
            least=32,
            depth=depth,
            batch_norm=batch_norm,
        )
        for batch_norm in (False, True)
        for depth in (11, 13, 16, 19)
    ),
    _small(
        "nin-small",
        "NiN, small",
        "1x1 convolutions",
        "Network in network with a quarter of the channels",
        "nin:NiN",
        recipe=replace(_PLAIN, learning_rate=0.1),
        least=5,
        width=0.25,
    ),
    _small(
        "nin",
        "NiN",
        "1x1 convolutions, no dense layer",
        "Network in network, Lin et al. 2013, as for CIFAR-10: 1x1 convolutions, no dense layer",
        "nin:NiN",
        recipe=replace(_PLAIN, learning_rate=0.05),
        least=5,
    ),
    _small(
        "googlenet-small",
        "GoogLeNet, small",
        "three inception blocks",
        "GoogLeNet's plan for pictures of 28x28 or 32x32: a stem and three inception blocks",
        "googlenet:SmallGoogLeNet",
        recipe=_NORMALIZED,
        least=8,
    ),
    _large(
        "googlenet",
        "GoogLeNet",
        "nine inception blocks",
        "Szegedy et al. 2014: 1x1, 3x3 and 5x5 side by side, nine times; with batch normalization",
        "googlenet:GoogLeNet",
        recipe=_GOOGLENET,
        least=15,
    ),
    _small(
        "resnet-small",
        "ResNet-8",
        "three residual blocks",
        "ResNet's plan for CIFAR-10 with one block a stage",
        "resnet:SmallResNet",
        recipe=_NORMALIZED,
        least=4,
    ),
    _small(
        "resnet20",
        "ResNet-20",
        "nine residual blocks",
        "He et al. 2015, section 4.2: the paper's smallest for CIFAR-10",
        "resnet:SmallResNet",
        recipe=_NORMALIZED,
        least=4,
        blocks=3,
    ),
    *(
        _large(
            f"resnet{depth}",
            f"ResNet-{depth}",
            f"{blocks} residual blocks",
            f"He et al. 2015: {blocks} blocks of {kind}",
            "resnet:ResNet",
            recipe=_RESNET,
            least=8,
            depth=depth,
        )
        for depth, blocks, kind in (
            (18, 8, "two 3x3 convolutions"),
            (34, 16, "two 3x3 convolutions"),
            (50, 16, "1x1, 3x3, 1x1"),
            (101, 33, "1x1, 3x3, 1x1"),
            (152, 50, "1x1, 3x3, 1x1"),
        )
    ),
    _small(
        "densenet-small",
        "DenseNet, small",
        "three dense blocks, growth 8",
        "DenseNet's plan for CIFAR-10: three blocks of four layers, each adds eight maps",
        "densenet:SmallDenseNet",
        recipe=_NORMALIZED,
        least=4,
    ),
    *(
        _large(
            f"densenet{depth}",
            f"DenseNet-{depth}",
            f"four dense blocks, growth {growth}",
            f"Huang et al. 2016: {layers} layers, each sees all maps before it and adds {growth}",
            "densenet:DenseNet",
            recipe=_RESNET,
            least=29,
            depth=depth,
        )
        for depth, growth, layers in ((121, 32, 58), (161, 48, 78), (169, 32, 82), (201, 32, 98))
    ),
)
