"""What every message is one of: a Command goes down to the engine, an Event comes up from it.

The events of a part of the app that has its own page share a class, by which they are delivered there without being
known: most of them are never needed.
"""

from __future__ import annotations


class Command:
    """A request of the user's, carried out in order by the Session's thread."""


class Event:
    """Something that happened and that viewers are told of: rare, never dropped."""


class CompareEvent(Event):
    """An event about runs side by side."""


class ModuleEvent(Event):
    """An event about modules of the user's own, and about runs that something else writes."""


class FilmEvent(Event):
    """An event about the recorded moments of a training, or about weights that are looked at."""
