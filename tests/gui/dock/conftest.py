"""What the tests of the dock share."""

from __future__ import annotations

import pytest

from tests.gui.dock.examples import Example


@pytest.fixture(scope="session")
def example() -> Example:
    return Example()
