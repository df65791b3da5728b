"""A Run on disk: its configuration, metrics and weights over time; saved, listed, reopened, resumed.

A run's folder holds

| file | what it is |
| --- | --- |
| `run.json` | what is trained on what, with which settings, and how far it got; for people and for lists |
| `metrics.jsonl` | every point of the curves, one JSON object a line |
| `weights.safetensors` | the network's state_dict as it is now, for use elsewhere |
| `timeline/<step>-<checksum>.safetensors` | its state_dict at earlier steps |
| `standing/<step>-<checksum>.safetensors` | what going on from there exactly needs beside it: momentum, settings |
| `graph.json` | the network as a graph, where it is in no catalogue |
| `checkpoint.safetensors` | all that resuming needs; it counts, the others follow it |
| `title.txt` | what the user calls the run, if anything (`engine.compare.listing`) |

Each file is written beside its place and then put there in one step, the checkpoint after what it refers to: whenever
a save is cut short, what is there is the save before or this one.
"""

from __future__ import annotations

from engine.runs.form import FORMAT, VERSION, RunError
from engine.runs.listing import Summary, find, summary
from engine.runs.reading import Run, open_run, resume
from engine.runs.writing import Rest, prepare, save, saving

__all__ = [
    "FORMAT",
    "VERSION",
    "Rest",
    "Run",
    "RunError",
    "Summary",
    "find",
    "open_run",
    "prepare",
    "resume",
    "save",
    "saving",
    "summary",
]
