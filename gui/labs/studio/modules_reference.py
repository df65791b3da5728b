"""Names of networks that mean a file of code: FILE.py:NAME, FILE.pt2."""

from __future__ import annotations

from pathlib import Path


def is_reference(network: str) -> bool:
    """Whether a network's name means a file of code."""
    return split(network)[0].suffix in (".py", ".pt2")


def split(reference: str) -> tuple[Path, str]:
    """(path, name) of FILE.py:NAME; the name may be empty. A colon after a drive's letter separates nothing."""
    before, colon, after = reference.rpartition(":")
    if colon and before.endswith(".py"):
        return Path(before).expanduser().absolute(), after
    return Path(reference).expanduser().absolute(), ""
