"""The output: a row for each class with its probability and logit, and what the network says against what is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.messages import Snapshot
from gui.theme import numbers
from gui.views import drawing
from gui.views.network.draw import Box, Draw, ink
from gui.views.network.geometry import Classes


@dataclass(frozen=True)
class Row:
    """What a row shows; equal rows look the same. `filled` is in device pixels."""

    name: str
    logit: str
    filled: int
    predicted: bool
    target: bool


@dataclass(frozen=True)
class Verdict:
    """The prediction, its probability, and the label's name where there is a label."""

    name: str
    probability: str
    target: str | None
    correct: bool
    note: str = ""


def class_name(index: int, names: Sequence[str]) -> str:
    """A class's name, or its number where there are no names."""
    return names[index] if 0 <= index < len(names) else str(index)


def logit_text(value: float) -> str:
    """A logit with one decimal; large ones without."""
    return numbers.text(value, 1 if abs(value) < 999.95 else 0) if abs(value) < 99_999.5 else numbers.short(value)


def rows(
    snapshot: Snapshot, classes: Classes, order: Sequence[int], names: Sequence[str], *, ratio: float
) -> list[Row]:
    """The rows for the classes in `order`, top down; `ratio` is device pixels a pixel."""
    odds = snapshot.probabilities.tolist()
    logits = snapshot.logits.tolist()
    best = int(np.argmax(snapshot.probabilities))
    label = snapshot.sample.label
    found = []
    for index in order:
        share = odds[index] if odds[index] == odds[index] else 0.0
        pixels = round(share * classes.bar_width * ratio)
        logit = logit_text(logits[index]) if index < len(logits) else ""
        found.append(Row(class_name(index, names), logit, pixels, index == best, index == label))
    return found


def verdict(snapshot: Snapshot, names: Sequence[str]) -> Verdict:
    """What the network says of the sample."""
    best = int(np.argmax(snapshot.probabilities))
    label = snapshot.sample.label
    share = numbers.percent(float(snapshot.probabilities[best]), 1)
    note = {"drawing": "your drawing", "picture": "your picture"}.get(snapshot.sample.split, "no label")
    target = None if label is None else class_name(label, names)
    return Verdict(class_name(best, names), share, target, best == label, note)


def row_box(classes: Classes, row: int) -> Box:
    """What a row may paint on."""
    return (classes.rect.x + 1, classes.middle(row) - min(classes.pitch, 20) / 2, classes.rect.width + 2,
            min(classes.pitch, 20))  # fmt: skip


def paint_row(draw: Draw, classes: Classes, row: int, shown: Row) -> None:
    """Paint a row over its still part."""
    theme = draw.theme
    middle = classes.middle(row)
    face = ink("strong" if shown.predicted else "label")
    if classes.pitch < 20:
        face = ink("name" if shown.predicted else "text")
    room = classes.name_right - classes.rect.x - 4
    name = face.elided(shown.name, room)
    color = theme.text_1 if shown.predicted else theme.text_2
    draw.right(classes.name_right, middle + 4.5, name, face, color)
    paint_share(draw, classes, row, shown)
    mono = drawing.mono(11, 600 if shown.predicted else 400)
    draw.right(
        classes.logit_right, middle + 4, shown.logit, mono, theme.text_1 if shown.predicted else theme.text_3
    )  # fmt: skip


def share_box(classes: Classes, row: int) -> Box:
    """What the bar of a row may paint on."""
    box = classes.bar(row)
    return box.x, round(classes.middle(row)) - 7, box.width + 1, 14


def paint_share(draw: Draw, classes: Classes, row: int, shown: Row) -> None:
    """Paint the bar of a row, and the mark of the target, over its still part."""
    box = classes.bar(row)
    if shown.filled > 0:
        width = max(shown.filled, 1) / draw.camera.scale
        draw.fill((box.x, box.y, width, box.height), draw.theme.output)  # square: a rounded one takes ten times as long
    if shown.target:
        draw.fill((box.right - 1, round(classes.middle(row)) - 7, 2, 14), draw.theme.target)


def paint_verdict(draw: Draw, classes: Classes, shown: Verdict, *, small: bool) -> None:
    """The prediction in large, beside or under it how sure it is and whether it is right."""
    theme, box = draw.theme, classes.verdict
    large = drawing.ui(24 if small else 32, 600)
    text = drawing.ui(12)
    if large.width(shown.name) <= box.width * 0.3:
        draw.text(box.x, box.center_y + (9 if small else 11), shown.name, large, theme.text_1)
        x = box.x + max(large.width(shown.name), 16) + (14 if small else 16)
        first = box.center_y - 4
    else:
        title = drawing.ui(16 if small else 20, 600)
        draw.text(box.x, box.y + 14, title.elided(shown.name, box.width), title, theme.text_1)
        x, first = box.x, box.y + 32
    draw.text(x, first, shown.probability, drawing.mono(12), theme.text_1)
    second = first + 16
    room = box.right - x
    if shown.target is None:
        draw.text(x, second, text.elided(shown.note, room), text, theme.text_2)
        return
    if shown.correct:
        draw.text(x, second, "correct", text, theme.text_2)
        return
    word = "wrong, "
    draw.text(x, second, word, text, theme.error)
    rest = text.elided(f"target {shown.target}", room - text.width(word))
    draw.text(x + text.width(word), second, rest, text, theme.target)
