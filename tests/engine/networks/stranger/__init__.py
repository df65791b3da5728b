"""More networks as people write them: a package with relative imports, lazy, compiled, of other types."""

from .sizes import CLASSES

__all__ = ["CLASSES"]
