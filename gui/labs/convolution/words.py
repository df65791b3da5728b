"""What a State shows in a title and two or three sentences, for the side panel."""

from __future__ import annotations

from math import prod

import numpy as np

from gui.labs.convolution.state import ConvolutionState, Page, weights
from gui.theme import numbers


def words(state: ConvolutionState, out: tuple[int, ...]) -> tuple[str, str]:
    """A title and two or three sentences: what one filter holds, where it is laid, what comes out."""
    each = state.in_channels // state.groups
    taps = "·".join(map(str, (each, *state.kernel))) if each > 1 else "·".join(map(str, state.kernel))
    count = each * prod(state.kernel)
    filters = "One filter" if state.out_channels == 1 else f"{state.out_channels} filters"
    if not out:
        return "No such convolution", "Two of its numbers don't fit together. Change one of them, or take the nearest."
    if state.page is Page.PICTURE:
        return _picture_words(state)
    if state.transposed:
        title = "Transposed convolution"
        if state.stretched:
            between = "" if max(state.stride) == 1 else "Zeros stand between the input's cells, and "
            first = f"{between}the kernel, turned round, slides over it one cell at a time."
            return title, f"{first[0].upper()}{first[1:]} The numbers are those of the stamps."
        first = "Each input cell stamps the kernel, times its value, on the output."
        where = f"Stamps lie {state.stride[0]} apart and are added where they overlap; padding is cut off."
        return title, f"{first} {where}"
    if state.causal:
        title = "Causal convolution"
        where = "All padding lies before the first cell, so no output looks ahead."
    elif state.groups > 1 and each == 1:
        title = "Depthwise convolution"
        where = "Each channel has filters of its own and never meets the others."
    elif state.groups > 1:
        title = f"{state.groups} groups"
        where = f"Each filter reads only the {each} channels of its group."
    elif state.in_channels > 1:
        title = f"{filters}, {state.in_channels} channels"
        where = "At every place all products are added up, across the channels too, and give one number."
    elif any(size > 1 for size in state.dilation):
        title = "Dilated convolution"
        where = "The kernel's cells stand apart: it sees further with no more weights."
    elif any(size > 1 for size in state.stride):
        title = f"Stride {state.stride[0]}"
        where = "The window jumps, so there are fewer places, and a smaller output."
    elif state.flip:
        title = "True convolution"
        where = "As in mathematics the kernel is turned round before it slides. Networks leave that out."
    else:
        title = f"{state.axes}-D convolution"
        where = "At every place of the window the products are added up and give one number."
    first = f"{filters if state.out_channels > 1 else 'The filter'} " + (
        f"of {taps} = {count} weights" if state.out_channels > 1 else f"holds {taps} = {count} weights"
    )
    bias = ", and one bias each" if state.bias and state.out_channels > 1 else " and one bias" if state.bias else ""
    return title, f"{first}{bias}. {where}{_seen(state)}"


def receptive(state: ConvolutionState, layers: int, axis: int = -1) -> int:
    """How many cells of the input, along an axis, an output of so many such layers on top of each other sees."""
    reach, size, jump = (state.kernel[axis] - 1) * state.dilation[axis], 1, 1
    for _ in range(layers):
        size += reach * jump
        jump *= state.stride[axis]
    return size


def _seen(state: ConvolutionState) -> str:
    """The receptive field of this layer, and of several on top of each other."""
    if state.kernel[-1] == 1:
        return ""
    one, two, three = (receptive(state, layers) for layers in (1, 2, 3))
    return f" An output sees {one} cells across; with two such layers {two}, with three {three}."


def _picture_words(state: ConvolutionState) -> tuple[str, str]:
    """What a kernel looks for, from its sum and its symmetry."""
    kernel = weights(state)[0, 0]
    total = float(kernel.sum()) / state.divide
    if not kernel.any():
        return "A kernel of zeros", "Every sum is zero. Click a cell of the kernel and type a number."
    if abs(total) < 0.02:
        title = "A kernel looks for something"
        return (
            title,
            "The weights come to 0: where nothing changes, the sum is zero. Large numbers, and their sign, say where "
            "and which way the picture changes.",
        )
    if kernel.min() >= 0 and abs(total - 1) < 0.02:
        if np.count_nonzero(kernel) == 1:
            return "Nothing changes", "A single 1: each pixel is its own, so the picture stays as it is."
        return "A kernel blurs", "All weights are positive and come to 1: each pixel becomes a mean of its neighbours."
    if abs(total - 1) < 0.02:
        return (
            "A kernel sharpens",
            "The weights come to 1, and some are negative: what differs from its neighbours differs more.",
        )
    return (
        "A kernel of your own",
        f"The weights come to {numbers.text(total)}: so many times brighter a flat part becomes.",
    )
