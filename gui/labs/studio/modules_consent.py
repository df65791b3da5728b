"""Which files of code the user has agreed to run: by path and content, kept between starts; paths whose saved edits may
run without asking, for as long as Receptive is open."""

from __future__ import annotations

import hashlib

from gui.settings import Store


class Consent:
    """What was agreed to. A file of another content at the same path is another file."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = Store() if store is None else store
        self._follows: set[str] = set()

    def given(self, path: str, digest: str) -> bool:
        """Whether the user has agreed to run this content at this path."""
        return bool(digest) and self._store.text(_key(path)) == digest

    def give(self, path: str, digest: str, *, edits: bool) -> None:
        """The user agrees; with `edits` also to what is saved there later, until Receptive is closed."""
        self._store.set_text(_key(path), digest)
        if edits:
            self._follows.add(path)
        else:
            self._follows.discard(path)

    def covers_edits(self, path: str) -> bool:
        return path in self._follows


def _key(path: str) -> str:
    return f"module-{hashlib.sha256(path.encode()).hexdigest()[:24]}"
