"""How high each slot of a level lies: cells in a line with their neighbours, nothing over anything else."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gui.views.graph.layers import Slot

_APART = 14.0  # between cells
_PAST = 16.0  # between a cell and a net that passes it
_NETS = 12.0  # between nets
_CELL, _NET = 100.0, 1.0  # what it costs to move one off its place


def place(layers: Sequence[Sequence[Slot]], sweeps: int = 3) -> None:
    """Set `y` of every slot: the priority method, with the least absolute deviation from where it wants to be."""
    for slots in layers:
        y = 0.0
        for index, slot in enumerate(slots):
            y += _distance(slots[index - 1], slot) if index else 0.0
            slot.y = y
        for slot in slots:
            slot.y -= y / 2
    for sweep in range(sweeps):
        for slots in layers:
            _settle(slots, [_wanted(slot.before) for slot in slots])
        last = sweep == sweeps - 1
        for slots in reversed(layers):
            _settle(slots, [_wanted((*slot.after, *(slot.before if last else ()))) for slot in slots])
    _on_axis(layers)
    crowded = [slots for slots in layers if len(slots) > 1]
    for _ in range(2):  # those beside others follow the ones that were just moved
        for slots in reversed(crowded):
            _settle(slots, [_wanted((*slot.after, *slot.before)) for slot in slots])
        for slots in crowded:
            _settle(slots, [_wanted(slot.before) for slot in slots])
    _straight_runs(layers)
    for slots in layers:  # on whole pixels: lines that are meant to be straight are
        for slot in slots:
            slot.y = float(math.floor(slot.y + 0.5))


def _straight_runs(layers: Sequence[Sequence[Slot]]) -> None:
    """Nets that pass by on the outside run straight, as far out as they must anywhere."""
    for outer, far in ((0, min), (-1, max)):
        runs: list[list[Slot]] = []
        for slots in layers:
            slot = slots[outer] if len(slots) > 1 else None
            if slot is None or slot.is_cell:
                runs.append([])
                continue
            joins = bool(runs) and bool(runs[-1]) and any(slot is other for other, _, _ in runs[-1][-1].after)
            if joins:
                runs[-1].append(slot)
            else:
                runs.append([slot])
        for run in runs:
            if len(run) > 1:
                y = far(slot.y for slot in run)
                for slot in run:
                    slot.y = y


def _on_axis(layers: Sequence[Sequence[Slot]]) -> None:
    """Bring what joins several branches, alone in its layer, onto the line where they parted; what follows it too."""
    axis: float | None = None
    moved = False
    for slots in layers:
        if len(slots) != 1:
            moved = False
            continue
        slot = slots[0]
        if axis is not None and (len(slot.before) > 1 or moved):
            wish = axis if len(slot.before) > 1 else _wanted(slot.before)
            slot.y = axis if wish is None else wish
            moved = True
        axis = slot.y


def _distance(above: Slot, below: Slot) -> float:
    gap = _APART if above.is_cell and below.is_cell else _PAST if above.is_cell or below.is_cell else _NETS
    return above.below + gap + below.above


def _wanted(joined: Sequence[tuple[Slot, float, float]]) -> float | None:
    """The weighted median of where the edges to these neighbours would be straight; None without neighbours."""
    if not joined:
        return None
    if len(joined) == 1:
        other, own, its = joined[0]
        return other.y + its - own
    even = len(joined) > 3  # of a few, a net that passes by does not bend the line of the cells
    wishes = [(other.y + its - own, 8.0 if other.is_cell or even else 2.0) for other, own, its in joined]
    return _median(wishes)


def _median(wishes: list[tuple[float, float]]) -> float:
    wishes = sorted(wishes)
    half, total = sum(weight for _, weight in wishes) / 2, 0.0
    for index, (value, weight) in enumerate(wishes):
        total += weight
        if total > half + 1e-9:
            return value
        if abs(total - half) <= 1e-9:
            return (value + wishes[min(index + 1, len(wishes) - 1)][0]) / 2
    return wishes[-1][0]


def _settle(slots: Sequence[Slot], wishes: Sequence[float | None]) -> None:
    """Move slots as near to their wishes as their order and distances allow (pool adjacent violators, L1)."""
    if len(slots) == 1:
        if wishes[0] is not None:
            slots[0].y = wishes[0]
        return
    shift, shifts = 0.0, []
    for index, slot in enumerate(slots):
        shift += _distance(slots[index - 1], slot) if index else 0.0
        shifts.append(shift)
    blocks: list[tuple[float, list[tuple[float, float]]]] = []
    for slot, wish, by in zip(slots, wishes, shifts, strict=True):
        # Of two branches the one that runs from cell to cell stays in line, not the one that comes from afar.
        weight = (_CELL if any(one.is_cell for one, _, _ in slot.before) else _CELL / 2) if slot.is_cell else _NET
        own = [((slot.y if wish is None else wish) - by, weight if wish is not None else weight / 50)]
        value = own[0][0]
        while blocks and blocks[-1][0] > value:
            own = blocks.pop()[1] + own
            value = _median(own)
        blocks.append((value, own))
    index = 0
    for value, own in blocks:
        for _ in own:
            slots[index].y = value + shifts[index]
            index += 1
