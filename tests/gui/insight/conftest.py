from __future__ import annotations

from tests.gui.dock.conftest import example  # noqa: F401
