"""What is wrong with a network that was asked for."""

from __future__ import annotations


class NetworkError(ValueError):
    """A network that does not exist or cannot take pictures of a given shape. The message is meant for the user."""
