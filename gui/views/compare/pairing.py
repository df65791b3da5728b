"""Which two of the compared runs stand beside each other. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

ABOVE, BELOW = 0, 1


def chosen(names: Sequence[str], pair: Sequence[str]) -> tuple[str, ...]:
    """The two of `names` that are shown, above and below: those of `pair` that are there, else the first ones."""
    kept = [name if name in names else "" for name in (*pair, "", "")[:2]]
    if kept[ABOVE] == kept[BELOW]:
        kept[BELOW] = ""
    for lane in (ABOVE, BELOW):
        if not kept[lane]:
            kept[lane] = next((name for name in names if name not in kept), "")
    return tuple(name for name in kept if name)


def put(names: Sequence[str], pair: Sequence[str], lane: int, name: str) -> tuple[str, ...]:
    """The two after `name` was put above or below; if it stood at the other place, they change places."""
    found = list(chosen(names, pair))
    if name not in names or len(found) < 2:
        return tuple(found)
    if found[1 - lane] == name:
        found[1 - lane] = found[lane]
    found[lane] = name
    return tuple(found)


def turned(names: Sequence[str], pair: Sequence[str], lane: int, direction: int) -> tuple[str, ...]:
    """The two after the next (or previous) run was put there that the other place does not show, around the ends."""
    found = chosen(names, pair)
    if len(found) < 2:
        return found
    free = [name for name in names if name != found[1 - lane]]
    return put(names, found, lane, free[(free.index(found[lane]) + direction) % len(free)])
