"""What torchvision 0.29.2 builds for ImageNet: parameters, entries of the state_dict, and a hash of their names, order
and shapes (SHA-256 of lines "key shape", the first 16 digits)."""

from __future__ import annotations

FACTS: dict[str, tuple[int, int, str]] = {
    "alexnet": (61_100_840, 16, "9c198ebdae1863e4"),
    "vgg11": (132_863_336, 22, "cb3dc23f2a13e182"),
    "vgg13": (133_047_848, 26, "67c1dc8b57fde74b"),
    "vgg16": (138_357_544, 32, "35c4623e0cd4a39d"),
    "vgg19": (143_667_240, 38, "4723255af8f6c485"),
    "vgg11_bn": (132_868_840, 62, "8b6717e727c0ecf9"),
    "vgg13_bn": (133_053_736, 76, "f6b0597d18a7e4d2"),
    "vgg16_bn": (138_365_992, 97, "347371586a8ea365"),
    "vgg19_bn": (143_678_248, 118, "fc3ff6fab2b5cc09"),
    "googlenet": (6_624_904, 344, "f66489fa14bd9d5a"),
    "resnet18": (11_689_512, 122, "84fb10d9c6905a1c"),
    "resnet34": (21_797_672, 218, "28f9096d51307499"),
    "resnet50": (25_557_032, 320, "d7e4f8bb0a536344"),
    "resnet101": (44_549_160, 626, "02c0f34f4842751f"),
    "resnet152": (60_192_808, 932, "685c66205bc823aa"),
    "densenet121": (7_978_856, 727, "aa0fd9923b0003b8"),
    "densenet161": (28_681_000, 967, "82d337d48f910d3a"),
    "densenet169": (14_149_480, 1_015, "e2d0f02d9c0ce650"),
    "densenet201": (20_013_928, 1_207, "0d234ad7e9a31b95"),
}
