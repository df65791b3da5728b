"""How a network in a file of the user's own is named: FILE.py:NAME, or FILE.pt2 for a program of torch.export."""

from __future__ import annotations

from pathlib import Path


def is_file_reference(text: str) -> bool:
    """Whether `text` means a module in a file rather than a network of the catalogue."""
    path, _ = split_reference(text)
    return path.suffix in (".py", ".pt2")


def split_reference(reference: str) -> tuple[Path, str]:
    """(path, name) of FILE.py:NAME; the name may be empty. A colon after a drive's letter separates nothing."""
    before, colon, after = reference.rpartition(":")
    if colon and before.endswith(".py"):
        return Path(before).expanduser(), after
    return Path(reference).expanduser(), ""
