"""What to say went wrong, where a command fails."""

from __future__ import annotations

from engine.messages import (
    Command,
    DownloadWeights,
    Evaluate,
    LoadWeights,
    Open,
    OpenRun,
    Rewind,
    SaveRun,
    ShowFile,
    ShowPicture,
    Train,
    TrainSteps,
    Tune,
)
from engine.messages.film import Branch
from engine.messages.modules import Follow, OpenModule

_TITLES: dict[type, str] = {
    OpenModule: "The module could not be opened",
    Follow: "The run could not be followed",
    Open: "The experiment could not be opened",
    OpenRun: "The run could not be opened",
    LoadWeights: "The weights could not be loaded",
    DownloadWeights: "The weights could not be downloaded",
    Train: "This cannot be trained",
    TrainSteps: "This cannot be trained",
    SaveRun: "The run could not be saved",
    ShowFile: "The picture could not be shown",
    ShowPicture: "The picture could not be shown",
    Tune: "The setting was not changed",
    Evaluate: "The evaluation stopped",
    Rewind: "The training could not be rewound",
    Branch: "The run could not be branched",
}


def title_of(command: Command) -> str:
    """What to say went wrong if a command fails."""
    return _TITLES.get(type(command), "That did not work")
