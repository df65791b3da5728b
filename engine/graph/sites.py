"""Where in a module's forward() the values of a graph's nodes come about, so that a later run can hand them out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """The `number`th call (from 0) of the layer at `path`, or of a function that the part at `path` calls itself."""

    path: str
    function: str = ""
    number: int = 0


class Calls:
    """Counts calls by place, alike when a graph is recorded and when the module is run again."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}

    def site(self, path: str, function: str = "") -> Site:
        """The site of the call that happens now."""
        number = self._counts.get((path, function), 0)
        self._counts[path, function] = number + 1
        return Site(path, function, number)
