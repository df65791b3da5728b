"""Following a Run that something else is writing: a script, `python -m engine train --run`, another window.

`reading` looks at its files, `rebuilt` runs the network of graph and weights without anybody's code, `twin` and
`material` let it be asked, `scene` is what a viewer sees of it, `watcher` says when there is something new.
"""

from __future__ import annotations

from engine.follow.reading import Reader
from engine.follow.scene import Followed
from engine.follow.watcher import Watcher

__all__ = ["Followed", "Reader", "Watcher"]
