"""The lines of PyTorch that compute what a state shows. Text only; a test runs it against the trace of every preset."""

from __future__ import annotations

from gui.labs.convolution.state import ConvolutionState, PaddingMode, arrays, weights


def _sizes(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else str(tuple(sizes))


def _pads(state: ConvolutionState) -> str:
    """`F.pad`'s line for padding that is no option of the layer: one-sided padding."""
    pads = ", ".join(f"{before}, {after}" for before, after in reversed(state.padding_pairs))
    zeros = state.padding_mode is PaddingMode.ZEROS
    return _pad_line(pads, "" if zeros else str(state.padding_mode))


def _pad_line(pads: str, mode: str) -> str:
    """`x = F.pad(…)`, in two lines where one would be wider than the panel."""
    line = f"x = F.pad(x, ({pads}){f', mode={chr(34)}{mode}{chr(34)}' if mode else ''})"
    return line if len(line) <= 40 or not mode else f"x = F.pad(x, ({pads}),\n          mode={chr(34)}{mode}{chr(34)})"


def _mode(state: ConvolutionState) -> str:
    """The padding mode where it matters and the layer has it; "" for zeros."""
    needless = state.causal or state.transposed or state.padding_mode is PaddingMode.ZEROS or not any(state.padding)
    return "" if needless else str(state.padding_mode)


def _options(state: ConvolutionState, *, functional: bool) -> list[str]:
    """The keywords that differ from PyTorch's defaults, in its order."""
    options = []
    if any(size != 1 for size in state.stride):
        options.append(f"stride={_sizes(state.stride)}")
    if not state.causal and any(state.padding) and not (functional and _mode(state)):
        options.append(f"padding={_sizes(state.padding)}")
    if state.transposed and any(state.output_padding):
        options.append(f"output_padding={_sizes(state.output_padding)}")
    if any(size != 1 for size in state.dilation):
        options.append(f"dilation={_sizes(state.dilation)}")
    if state.groups != 1:
        options.append(f"groups={state.groups}")
    return options


def module_lines(state: ConvolutionState) -> str:
    """`conv = nn.Conv2d(…)` and `y = conv(x)` with what comes before and after, exactly as it must be written.

    `x` is (channels, *spatial); a flipped kernel and one-sided padding are no options of the module, so they are lines
    of their own.
    """
    kind = f"nn.ConvTranspose{state.axes}d" if state.transposed else f"nn.Conv{state.axes}d"
    options = _options(state, functional=False)
    if not state.bias:
        options.append("bias=False")
    if _mode(state):
        options.append(f'padding_mode="{_mode(state)}"')
    parts = [f"{state.in_channels}, {state.out_channels}, {_sizes(state.kernel)}", *options]
    lines = [f"conv = {kind}(", *_filled(parts, ")")]
    if state.flip and not state.transposed:
        lines.append(f"w = conv.weight.data.flip({_axes(state)})")
        lines.append("conv.weight.data = w")
    if state.causal:
        lines.append(_pads(state))
    lines.append("y = conv(x)")
    return "\n".join(lines)


def function_lines(state: ConvolutionState) -> str:
    """The same with `torch.nn.functional`: `weight` and `bias` are tensors in the layer's layout."""
    kind = f"F.conv_transpose{state.axes}d" if state.transposed else f"F.conv{state.axes}d"
    lines = []
    if state.causal:
        lines.append(_pads(state))
    elif _mode(state):
        pads = ", ".join(f"{before}, {after}" for before, after in reversed(state.padding_pairs))
        lines.append(_pad_line(pads, _mode(state)))
    if state.flip and not state.transposed:
        lines.append(f"weight = weight.flip({_axes(state)})")
    parts = ["x, weight, bias" if state.bias else "x, weight", *_options(state, functional=True)]
    lines += [f"y = {kind}(", *_filled(parts, ")")]
    return "\n".join(lines)


def picture_lines(state: ConvolutionState) -> str:
    """The page "On a picture": `x` is a tensor (1, height, width) of grey levels."""
    rows = weights(state)[0, 0].tolist()
    short = [
        ", ".join(_number(value).removesuffix(".") if n else _number(value) for n, value in enumerate(row))
        for row in rows
    ]
    lines = [f"w = torch.tensor([[{short[0]}]" + ("," if len(rows) > 1 else "])")]
    for number, row in enumerate(short[1:], 2):
        lines.append(f"                  [{row}]" + ("," if number < len(rows) else "])"))
    if state.divide != 1:
        lines.append(f"w = w / {state.divide}")
    options = []
    down, across = state.padding
    if any(state.padding):
        if state.padding_mode is PaddingMode.ZEROS:
            options.append(f", padding={_sizes(state.padding)}")
        else:
            lines.append(f"x = F.pad(x, ({across}, {across}, {down}, {down}),")
            lines.append(f'          mode="{state.padding_mode}")')
    if any(size != 1 for size in state.stride):
        options.append(f", stride={_sizes(state.stride)}")
    if any(size != 1 for size in state.dilation):
        options.append(f", dilation={_sizes(state.dilation)}")
    line = f"y = F.conv2d(x, w[None, None]{''.join(options)})"
    if len(line) <= 32:
        return "\n".join([*lines, line])
    arguments = ["x, w[None, None]", *(option.removeprefix(", ") for option in options)]
    return "\n".join([*lines, "y = F.conv2d(", *_filled(arguments, ")")])


def _axes(state: ConvolutionState) -> str:
    return ", ".join(str(2 + axis) for axis in range(state.axes))


def _filled(parts: list[str], closing: str, width: int = 36) -> list[str]:
    """Arguments in indented lines of about the panel's width."""
    lines = ["    " + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 2 > width:
            lines[-1] += ","
            lines.append("    " + part)
        else:
            lines[-1] += ", " + part
    lines[-1] += closing
    return lines


def script(state: ConvolutionState, *, functional: bool = False) -> str:
    """A whole program that computes `y` from the very numbers on screen: what "copy" puts on the clipboard."""
    x, weight, bias = arrays(state)
    lines = ["import torch", "import torch.nn.functional as F", "from torch import nn", ""]
    lines.append(f"x = torch.tensor({_nested(x.tolist())})")
    lines.append(f"weight = torch.tensor({_nested(weight.tolist())})")
    if bias is not None:
        lines.append(f"bias = torch.tensor({_nested(bias.tolist())})")
    lines.append("")
    if functional:
        lines.append(function_lines(state))
    else:
        head, _, rest = module_lines(state).partition(")\n")
        lines.append(head + ")")
        lines.append("conv.weight.data = weight")
        if bias is not None:
            lines.append("conv.bias.data = bias")
        lines.append(rest)
    lines.append("print(y)" if functional else "print(y.detach())")
    return "\n".join(lines) + "\n"


def _nested(values: list) -> str:  # type: ignore[type-arg]
    """A list of lists as Python writes it, floats short: 1.0 as 1., so that the tensor is one of floats."""
    if values and not isinstance(values[0], list):
        return "[" + ", ".join(_number(value) for value in values) + "]"
    return "[" + ", ".join(_nested(value) for value in values) + "]"


def _number(value: float) -> str:
    return f"{int(value)}." if value.is_integer() and abs(value) < 1e15 else repr(value)
