"""Where a session finds and keeps things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """`data_root` None: datasets' own rule. `runs` and `resources` are folders; `runs` is made when it is needed."""

    data_root: Path | None
    runs: Path
    resources: Path


def bundled_resources() -> Path:
    """The folder `resources` beside the package `engine`."""
    return Path(__file__).resolve().parent.parent.parent / "resources"


def default_runs() -> Path:
    """Where runs are kept unless somebody says otherwise: among the user's data."""
    import platformdirs

    return platformdirs.user_data_path("receptive", appauthor=False) / "runs"
