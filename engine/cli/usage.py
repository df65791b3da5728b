"""The one error of the command line itself."""

from __future__ import annotations


class UsageError(ValueError):
    """A command line that does not say what to do. The message is meant for the user."""
