"""Weights for the network that is open: from a file, or those that are published for it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages.kinds import Command


@dataclass(frozen=True)
class LoadWeights(Command):
    """Give the open network the weights in a file: safetensors, or a state_dict of torch.save. No code is run.

    Answered by `Opened`: training starts anew from them.
    """

    path: str


@dataclass(frozen=True)
class DownloadWeights(Command):
    """Fetch the weights that are published for a network of the catalogue (with `Progress`, until `Cancel`), and open
    it with them on photographs. Answered by `Opened`."""

    network: str
