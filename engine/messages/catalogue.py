"""The catalogues as viewers list them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One line of a catalogue: a network or a dataset."""

    name: str
    title: str
    summary: str = ""
    subtitle: str = ""  # networks: what distinguishes it, in a few words
    family: str = ""  # networks: beside which others it stands in a list
    large: bool = False  # networks: in its paper's size, for photographs of 224x224 and a thousand classes
    bundled: bool = False
    published: str = ""  # networks: of weights that can be downloaded, how large they are and how good
    fits: tuple[str, ...] = field(default=())  # networks: the datasets whose shape it takes
