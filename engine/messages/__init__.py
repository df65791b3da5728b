"""What the engine and its viewers say to each other: frozen dataclasses of NumPy arrays, no torch, no Qt.

Commands go down to the engine, Snapshots, points and events come up. An array that was put into a message is never
written again. Arrays have no batch axis: pictures are (channels, height, width).

Messages of parts that are not there at once are in modules of their own, which are loaded when they are first named:
`messages.film.AskFilm`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.messages.catalogue import Entry
from engine.messages.commands import (
    AskConfused,
    AskGallery,
    Cancel,
    Evaluate,
    LookBack,
    Open,
    OpenRun,
    Pause,
    Rewind,
    SaveRun,
    ShowFile,
    ShowNeighbour,
    ShowPicture,
    ShowSample,
    Train,
    TrainSteps,
    Tune,
    Watch,
)
from engine.messages.events import (
    DatasetFacts,
    Evaluated,
    Failed,
    Gallery,
    HeldOutPoint,
    Noticed,
    Opened,
    Point,
    Progress,
    Recorded,
    Rewound,
    RunSaved,
    Settings,
    SettingsChanged,
    Status,
    StatusChanged,
    TrainPoint,
)
from engine.messages.kinds import Command, Event
from engine.messages.network import ACTIVATIONS, Graph, Node, Operation
from engine.messages.pictures import Bytes, Floats, Focus, Links, Maps, Quantity, Sample, Scale, Snapshot
from engine.messages.published import DownloadWeights, LoadWeights
from engine.messages.questions import AskInsight, Insight, InsightFailed, StopInsight, SwitchedOff, SwitchOff

if TYPE_CHECKING:
    from engine.messages import compare, film, modules, weights

_LOADED_WHEN_NAMED = ("compare", "film", "modules", "weights")

__all__ = [
    "ACTIVATIONS",
    "AskConfused",
    "AskGallery",
    "AskInsight",
    "Bytes",
    "Cancel",
    "Command",
    "DatasetFacts",
    "DownloadWeights",
    "Entry",
    "Evaluate",
    "Evaluated",
    "Event",
    "Failed",
    "Floats",
    "Focus",
    "Gallery",
    "Graph",
    "HeldOutPoint",
    "Insight",
    "InsightFailed",
    "Links",
    "LoadWeights",
    "LookBack",
    "Maps",
    "Node",
    "Noticed",
    "Open",
    "OpenRun",
    "Opened",
    "Operation",
    "Pause",
    "Point",
    "Progress",
    "Quantity",
    "Recorded",
    "Rewind",
    "Rewound",
    "RunSaved",
    "Sample",
    "SaveRun",
    "Scale",
    "Settings",
    "SettingsChanged",
    "ShowFile",
    "ShowNeighbour",
    "ShowPicture",
    "ShowSample",
    "Snapshot",
    "Status",
    "StatusChanged",
    "StopInsight",
    "SwitchOff",
    "SwitchedOff",
    "Train",
    "TrainPoint",
    "TrainSteps",
    "Tune",
    "Watch",
    "compare",
    "film",
    "modules",
    "weights",
]


def __getattr__(name: str) -> Any:
    if name in _LOADED_WHEN_NAMED:
        return import_module(f"engine.messages.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
