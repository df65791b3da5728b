"""Undo and redo of a lab's State."""

from __future__ import annotations

import dataclasses
from typing import Any

MERGE_SECONDS = 0.8
"""Changes of the same fields that follow each other this fast are one step: a slider that is dragged."""


class History:
    """The States that a lab went through. `present` is the one that is shown."""

    def __init__(self, present: Any, *, limit: int = 200) -> None:
        self.present = present
        self._limit = limit
        self._past: list[Any] = []
        self._future: list[Any] = []
        self._changed: frozenset[str] = frozenset()
        self._when = -1e9

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def record(self, state: Any, *, seconds: float) -> bool:
        """The user changed what is shown, at this time of a steady clock; returns whether it makes a new step."""
        if state == self.present:
            return False
        changed = frozenset(
            field.name
            for field in dataclasses.fields(state)
            if getattr(state, field.name) != getattr(self.present, field.name)
        )
        merged = bool(self._past) and changed == self._changed and seconds - self._when < MERGE_SECONDS
        if not merged:
            self._past.append(self.present)
            del self._past[: -self._limit]
        self.present = state
        self._future.clear()
        self._changed, self._when = changed, seconds
        return not merged

    def hold(self, state: Any) -> None:
        """What is shown moved on by itself, as by playing: no step to undo, but undoing leads back there."""
        self.present = state

    def undo(self) -> Any | None:
        """The State before, None if there is none."""
        return self._move(self._past, self._future)

    def redo(self) -> Any | None:
        """The State that was undone last, None if there is none."""
        return self._move(self._future, self._past)

    def _move(self, source: list[Any], target: list[Any]) -> Any | None:
        if not source:
            return None
        target.append(self.present)
        self.present = source.pop()
        self._changed = frozenset()
        return self.present
