"""Training: configuration, loop, stopping, history and the timeline of weights."""

from __future__ import annotations

from engine.training.checkpoint import Checkpoint, take_over
from engine.training.configuration import check, settings_for, tuned
from engine.training.devices import devices, pick
from engine.training.errors import Diverged, OutOfMemory, TrainingError
from engine.training.evaluation import Predictions
from engine.training.feed import Pictures
from engine.training.history import History
from engine.training.loop import Trainer
from engine.training.standing import Standing
from engine.training.stopping import EarlyStopping
from engine.training.timeline import Moment, Timeline

__all__ = [
    "Checkpoint",
    "Diverged",
    "EarlyStopping",
    "History",
    "Moment",
    "OutOfMemory",
    "Pictures",
    "Predictions",
    "Standing",
    "Timeline",
    "Trainer",
    "TrainingError",
    "check",
    "devices",
    "pick",
    "settings_for",
    "take_over",
    "tuned",
]
