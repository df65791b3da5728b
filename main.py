"""Receptive, from the command line: reads what is asked for, then starts the app."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from gui import arguments

# A window that follows a training mostly shares its processors: who trains comes first.
_BESIDE_TRAINING = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Run the app, or draw a picture; returns the exit status: 0, 1 without a display, 2 for a user's mistake."""
    try:
        asked = arguments.parse(sys.argv[1:] if argv is None else argv)
    except arguments.ArgumentError as mistake:
        print(f"receptive: {mistake}", file=sys.stderr)
        return arguments.USER_ERROR
    if asked.follow is not None and hasattr(os, "nice"):
        os.nice(_BESIDE_TRAINING)
    if asked.export is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    problem = arguments.display_problem()
    if problem:
        print(f"receptive: {problem}", file=sys.stderr)
        return arguments.NO_DISPLAY
    if sys.platform == "win32":
        # On Windows torch's DLLs do not load once Qt's are (github.com/pytorch/pytorch/issues/166628).
        import torch  # noqa: F401
    from gui.app import launch

    return launch(asked)


if __name__ == "__main__":
    sys.exit(main())
