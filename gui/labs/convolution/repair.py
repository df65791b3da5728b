"""From any combination of settings to the nearest convolution that can be computed, saying what was changed."""

from __future__ import annotations

from dataclasses import replace
from math import gcd, prod

from engine.traces import TraceError
from gui.labs.convolution.state import LONGEST, ConvolutionState, PaddingMode, Page, played

MOST_WEIGHTS = 40_000
"""More cannot be read as numbers, nor be put into a link."""

_PER_AXIS = {
    "size": "the input",
    "kernel": "the kernel",
    "stride": "the stride",
    "padding": "the padding",
    "dilation": "the dilation",
    "output_padding": "the output padding",
}


def repaired(state: ConvolutionState) -> tuple[ConvolutionState, tuple[str, ...]]:
    """A state whose trace exists; messages say what had to give way. A valid state comes back as it is."""
    messages: list[str] = []
    state = _of_axes(state, messages)
    state = _of_kind(state, messages)
    state = _channels(state, messages)
    if state.page is Page.PICTURE:
        state = picture_ready(state)
    state = _sizes(state, messages)
    state = _numbers(state, messages)
    try:
        count = len(played(state))
    except TraceError as problem:
        return ConvolutionState(), (*messages, f"{problem}; the lab's own values are used.")
    if state.step >= count:
        messages.append(f"There are {count} steps, so step {state.step} is none; the last is shown.")
        state = replace(state, step=count - 1)
    return state, tuple(dict.fromkeys(messages))  # once, where all axes are alike


def picture_ready(state: ConvolutionState) -> ConvolutionState:
    """The State as it can be laid over a picture: 2-D, one channel, one filter; its first kernel is kept. The input of
    numbers grows where the kernel would no longer fit it."""
    from gui.labs.convolution.state import arrays, fitted

    if state.axes != 2:
        state = fitted(state, axes=2)
    if state.in_channels != 1 or state.out_channels != 1 or state.groups != 1:
        both = state.in_channels % state.groups == 0 and state.out_channels % state.groups == 0
        kernel = () if not both else tuple(float(value) for value in arrays(state)[1][0, 0].ravel())
        state = replace(state, in_channels=1, out_channels=1, groups=1, x=(), w=kernel, b=())
    if state.transposed or state.causal or state.flip or state.bias or any(state.output_padding):
        state = replace(state, transposed=False, causal=False, flip=False, bias=False, output_padding=(0, 0))
    if state.check:
        state = replace(state, check=False)
    reach = [(k - 1) * d + 1 for k, d in zip(state.kernel, state.dilation, strict=True)]
    least = tuple(
        max(side, span - 2 * padding, padding + 1)
        for side, span, padding in zip(state.size, reach, state.padding, strict=True)
    )
    if least != state.size:
        state = replace(state, size=tuple(min(side, LONGEST[2]) for side in least), x=())
    return replace(state, step=0) if state.step else state


def _of_axes(state: ConvolutionState, messages: list[str]) -> ConvolutionState:
    """As many entries as there are axes; sides short enough to be read."""
    changed: dict[str, tuple[int, ...]] = {}
    for name, what in _PER_AXIS.items():
        sizes = getattr(state, name)
        default = {"size": 5, "kernel": 3, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}[name]
        fitting = tuple(sizes[min(axis, len(sizes) - 1)] if sizes else default for axis in range(state.axes))
        if len(sizes) != state.axes:
            if sizes != getattr(ConvolutionState, name) and len(set(sizes)) > 1:
                messages.append(f"{what.capitalize()} has {len(sizes)} sizes for {state.axes} axes; {fitting} is used.")
            changed[name] = fitting
    if max(changed.get("size", state.size)) > LONGEST[state.axes]:
        longest = LONGEST[state.axes]
        messages.append(f"An input side is longer than {longest}, the most for {state.axes}-D; {longest} is used.")
        changed["size"] = tuple(min(side, longest) for side in changed.get("size", state.size))
    return replace(state, **changed) if changed else state  # type: ignore[arg-type]


def _of_kind(state: ConvolutionState, messages: list[str]) -> ConvolutionState:
    """A transposed convolution pads with zeros on both sides and has no flip; only it has output padding."""
    if state.transposed:
        if state.padding_mode is not PaddingMode.ZEROS:
            messages.append(f"A transposed convolution has no {state.padding_mode} padding; zeros are used.")
            state = replace(state, padding_mode=PaddingMode.ZEROS)
        if state.causal:
            messages.append("A transposed convolution is not causal here; causal is off.")
            state = replace(state, causal=False)
        if state.flip:
            messages.append("A transposed convolution has no flipped kernel; flip is off.")
            state = replace(state, flip=False)
        most = tuple(max(s, d) - 1 for s, d in zip(state.stride, state.dilation, strict=True))
        if any(o > m for o, m in zip(state.output_padding, most, strict=True)):
            fitting = tuple(min(o, m) for o, m in zip(state.output_padding, most, strict=True))
            messages.append(f"Output padding must be below stride or dilation; {_plain(fitting)} is used.")
            state = replace(state, output_padding=fitting)
    elif any(state.output_padding):
        messages.append("Only a transposed convolution has output padding; 0 is used.")
        state = replace(state, output_padding=(0,) * state.axes)
    return state


def _channels(state: ConvolutionState, messages: list[str]) -> ConvolutionState:
    """Groups that divide both numbers of channels."""
    both = gcd(state.in_channels, state.out_channels)
    if both % state.groups:
        fitting = max(groups for groups in range(1, state.groups + 1) if both % groups == 0)
        messages.append(
            f"{state.groups} groups do not divide {state.in_channels} and {state.out_channels} channels; "
            f"{fitting} {'is' if fitting == 1 else 'are'} used."
        )
        state = replace(state, groups=fitting)
    return state


def _sizes(state: ConvolutionState, messages: list[str]) -> ConvolutionState:
    """A kernel that fits the padded input; padding that the mode allows; an output of at least one cell."""
    kernel, padding = list(state.kernel), list(state.padding)
    for axis in range(state.axes):
        size, dilation = state.size[axis], state.dilation[axis]
        if state.transposed:
            least = (size - 1) * state.stride[axis] + dilation * (kernel[axis] - 1) + state.output_padding[axis]
            if least + 1 - 2 * padding[axis] < 1:
                fitting = least // 2
                messages.append(f"Padding {padding[axis]} cuts away the whole output; {fitting} is used.")
                padding[axis] = fitting
            continue
        if not state.causal:
            limit = {PaddingMode.REFLECT: size - 1, PaddingMode.CIRCULAR: size}.get(state.padding_mode)
            if limit is not None and padding[axis] > limit:
                messages.append(
                    f"{str(state.padding_mode).capitalize()} padding {padding[axis]} needs more than the {size} cells "
                    f"of the input; {limit} is used."
                )
                padding[axis] = limit
        else:
            limit = {PaddingMode.REFLECT: size - 1, PaddingMode.CIRCULAR: size}.get(state.padding_mode)
            if limit is not None and dilation * (kernel[axis] - 1) > limit:
                fitting = limit // dilation + 1
                messages.append(f"Kernel {kernel[axis]} reaches back further than {limit} cells; {fitting} is used.")
                kernel[axis] = fitting
            continue
        padded = size + 2 * padding[axis]
        if dilation * (kernel[axis] - 1) + 1 > padded:
            fitting = (padded - 1) // dilation + 1
            messages.append(
                f"A kernel of {kernel[axis]} with dilation {dilation} spans {dilation * (kernel[axis] - 1) + 1} cells, "
                f"but the padded input has {padded}; kernel {fitting} is used."
            )
            kernel[axis] = fitting
    state = replace(state, kernel=tuple(kernel), padding=tuple(padding))
    if prod(state.weight_shape) > MOST_WEIGHTS:
        fewer = max(1, MOST_WEIGHTS // (prod(state.kernel) * state.in_channels))
        while fewer > 1 and fewer % state.groups:
            fewer -= 1
        messages.append(
            f"{prod(state.weight_shape):,} weights are more than {MOST_WEIGHTS:,}; fewer channels are used."
        )
        state = replace(state, out_channels=fewer, groups=state.groups if fewer % state.groups == 0 else 1)
        if prod(state.weight_shape) > MOST_WEIGHTS:
            state = replace(state, in_channels=1, groups=1)
    return state


def _numbers(state: ConvolutionState, messages: list[str]) -> ConvolutionState:
    """No more numbers than cells."""
    for name, count, what in (
        ("x", prod(state.input_shape), "input cells"),
        ("w", prod(state.weight_shape), "weights"),
        ("b", state.out_channels, "biases"),
    ):
        if len(getattr(state, name)) > count:
            messages.append(f"There are {count} {what}; the numbers beyond were left out.")
            state = replace(state, **{name: getattr(state, name)[:count]})
    return state


def _plain(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else str(sizes)
