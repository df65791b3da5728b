"""The layout of the stage: from columns and a size to the place of every map, kernel, unit, class, word and arrow.

Pure: the same arguments give the same frozen Layout. Texts are measured by a function, so no Qt is needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gui.views.network.columns import Column, Kind
from gui.views.network.geometry import Classes, Rect
from gui.views.network.labels import arrows, with_bars
from gui.views.network.places import NOTE_HEIGHT, Arrow, Heading, Layout, Place, Samples
from gui.views.network.sizing import LARGE, SMALL, Measure, Sized, Style, choose, size_all
from gui.views.network.spacing import LOGIT_WIDTH, Spacing, note

__all__ = ["Arrow", "Heading", "Layout", "Measure", "Place", "Samples", "lay_out"]


def lay_out(
    columns: Sequence[Column],
    *,
    width: int,
    height: int,
    density: str = "large",
    first: Mapping[str, int] | None = None,
    classes: Sequence[str] = (),
    measure: Measure,
) -> Layout:
    """Lay out columns in a stage of `width` x `height` pixels.

    `first` says which map comes first in a layer that hides some. `classes` are class names (their widths count).
    ValueError for an unknown density.
    """
    if density not in ("large", "small"):
        raise ValueError(f"a density is large or small, not {density!r}")
    style = LARGE if density == "large" else SMALL
    names = max((measure(name, "label") for name in classes), default=measure("0", "label"))
    spacing = Spacing(style, measure, names)

    first = first or {}
    top = style.maps_top
    room = max(height - top - style.below_maps, 80)
    effort, choice = choose(
        columns, room=room, first=first, style=style, available=width, least_width=spacing.least_width
    )
    sized = size_all(columns, choice, effort, style=style, first=first)
    if any(each.hides for each in sized):  # a line in the headings says so
        top, room = top + NOTE_HEIGHT, max(room - NOTE_HEIGHT, 80)
        choice = replace(choice, ladder=min(choice.ladder, room))
        sized = size_all(columns, choice, effort, style=style, first=first)
    bottom = top + room
    axis = top + room // 2
    gaps, total = spacing.gaps(sized, effort, width)
    places = _place(sized, gaps, spacing, style, axis=axis, bottom=bottom)
    return Layout(
        width=max(width, total),
        height=max(height, bottom + style.below_maps),
        density=density,
        axis=axis,
        maps_top=top,
        maps_bottom=bottom,
        places=places,
        arrows=arrows(places, style, spacing),
        samples=_samples(places, style, bottom=bottom),
    )


def _place(
    sized: Sequence[Sized], gaps: Sequence[tuple[int, ...]], spacing: Spacing, style: Style, *, axis: int, bottom: int
) -> tuple[Place, ...]:
    """Columns side by side, from the left edge on."""
    found: list[Place] = []
    x = style.edge
    for index, each in enumerate(sized):
        before = gaps[index - 1] if index else (0,)
        x += before[0]
        kernels = None
        if each.kernels is not None:
            kernels = replace(each.kernels, x=x, y=each.kernels.y + axis)
            x += kernels.rect.width + before[1]
        column, width = each.column, spacing.width(each)
        is_output = column.kind is Kind.OUTPUT
        found.append(
            Place(
                column=column,
                x=x,
                width=width,
                heading=Heading(
                    center=x + spacing.reach(each)[0],
                    top=style.heading_y,
                    width=int(spacing.heading_width(column, note(each)) + 0.999),
                    title=column.title,
                    shape=column.shape,
                    note=note(each),
                ),
                grid=replace(each.grid, x=each.grid.x + x, y=each.grid.y + axis) if each.grid else None,
                strip=replace(each.strip, x=x, y=each.strip.y + axis) if each.strip else None,
                classes=_classes(column, x, width, spacing, style, axis=axis, bottom=bottom) if is_output else None,
                kernels=kernels,
            )
        )
        x += width
    return with_bars(found, style, bottom)


def _classes(column: Column, x: int, width: int, spacing: Spacing, style: Style, *, axis: int, bottom: int) -> Classes:
    """The rows of the output about the axis; the most probable ones alone where not all have room."""
    total, half = column.maps, bottom - axis
    long = spacing.name_room > 40
    verdict = 56 if long else 40
    apart = 14 if style is LARGE else 8
    room = 2 * (half + 12 - verdict - apart)
    pitch = max(style.output_pitch, min(48, half * 12 // 100))
    pitch = max(16, min(pitch, room // total))
    count = max(1, min(total, room // pitch))
    top = axis - count * pitch // 2
    bar_x = x + spacing.name_room
    return Classes(
        rect=Rect(x, top, width, count * pitch),
        count=count,
        total=total,
        pitch=pitch,
        name_right=bar_x - 12,
        bar_x=bar_x,
        bar_width=width - spacing.name_room - LOGIT_WIDTH,
        bar_height=6 if pitch < 40 else 8,
        logit_right=x + width,
        caption_y=top - 4,
        verdict=Rect(x + 8, top + count * pitch + apart, width - 8, verdict),
    )


def _samples(places: Sequence[Place], style: Style, *, bottom: int) -> Samples:
    """The switch above the input picture, caption and thumbnails below it, as wide as it is."""
    picture = places[0].rect
    width = places[0].width
    count = min(style.thumbs, (width + 8) // 36)
    thumb = 28 * max(1, (width - 4 * (count - 1)) // (28 * count))
    top = picture.bottom + 44
    pitch = thumb + 12
    wanted = style.thumb_rows + (1 if bottom - picture.bottom > 420 else 0)
    rows = max(0, min(wanted, (bottom + style.bar_gap - 8 - top + 12) // pitch))
    return Samples(
        switch=Rect(style.edge, picture.y - 44, width, 28),
        caption=Rect(style.edge, picture.bottom + 6, width, 28),
        thumbs=Rect(style.edge, top, width, max(0, rows * pitch - 12)),
        thumb=thumb,
        columns=count,
        rows=rows,
    )
