"""From an exception on the session's thread to what the user is told."""

from __future__ import annotations

import sys
import traceback

from engine.messages import Failed

# The engine's own errors (of datasets, networks, training, runs, samples) are ValueErrors whose messages are written
# for the user; a ValueError of anybody else's is told as what it is, with its type.
_OURS = "engine."


def failure(title: str, error: BaseException) -> Failed:
    """What happened (`title`: "Opening MNIST failed"), why, and the traceback to copy."""
    return Failed(title=title, message=message(error), details="".join(traceback.format_exception(error)))


def message(error: BaseException) -> str:
    """One or two sentences for the user."""
    said = str(error).strip()
    if type(error).__module__.startswith(_OURS) and said:
        return _sentence(said)
    if isinstance(error, OSError) and error.strerror:
        place = f" {error.filename}:" if error.filename else ""
        return f"{_sentence(f'{place} {error.strerror}'.strip())} Check that there is room and that writing is allowed."
    if isinstance(error, MemoryError):
        return "This machine has not enough memory for it. Close other programs, or choose a smaller batch or dataset."
    if isinstance(error, RuntimeError) and "engine.training" in sys.modules:  # not where torch itself could not load
        from engine.training.devices import is_out_of_memory, told

        if is_out_of_memory(error):
            return told(error)
    if isinstance(error, ImportError):
        return f"A part of the installation is missing ({said}). Install Receptive again as its README says."
    return _sentence(f"{type(error).__name__}: {said}" if said else type(error).__name__)


def _sentence(text: str) -> str:
    first = text[:1].upper() + text[1:]
    return first if first.endswith((".", "!", "?")) else first + "."
