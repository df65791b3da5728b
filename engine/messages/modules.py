"""Modules of the user's own and runs that something else writes: what is asked for, and what is known beforehand."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from engine.messages.commands import Open
from engine.messages.kinds import Command, ModuleEvent


@dataclass(frozen=True)
class Parameter:
    """One argument that a class or function of a file takes, as it is written there; `default` None: it has none."""

    name: str
    annotation: str = ""
    default: str | None = None


@dataclass(frozen=True)
class Candidate:
    """Something at the top of a file that may be a network: `kind` is "class", "function" or "object"."""

    name: str
    kind: str
    parameters: tuple[Parameter, ...] = ()

    @property
    def needed(self) -> tuple[Parameter, ...]:
        """The arguments that have no default."""
        return tuple(one for one in self.parameters if one.default is None)


@dataclass(frozen=True)
class Outline:
    """A file as text: nothing in it has been run.

    `digest` is the SHA-256 of its bytes, `head` its first lines, `lines` how many there are. `candidates` has the most
    likely one first. `program` says that it is a torch.export archive. `problem` says why it cannot be opened.
    """

    path: str
    digest: str = ""
    head: tuple[str, ...] = ()
    lines: int = 0
    candidates: tuple[Candidate, ...] = ()
    program: bool = False
    problem: str = ""


@dataclass(frozen=True)
class SavedModule:
    """The module that a saved run trains: FILE.py:NAME, the arguments that it was made with, on which data."""

    reference: str
    arguments: tuple[tuple[str, Any], ...]
    dataset: str
    folder: str | None
    picture_shape: tuple[int, ...]
    seed: int


@dataclass(frozen=True)
class OpenModule(Command):
    """Run the code that `reference` names (FILE.py:NAME, or a .pt2 program) and open the network that it makes.

    Nobody sends this but after the user's consent. `digest` is that of the content agreed to: another content is not
    run; empty, where the user agreed to whatever is saved there next. `arguments` are (name, value) pairs of plain
    literals; `input_shapes` has one shape (without a batch axis) an input, empty: to be guessed. `weights` is a file of
    tensors. `base` says on what data and with which settings it is trained. `reload`: the file was saved again; weights
    that fit are carried over.
    """

    reference: str
    digest: str
    base: Open
    arguments: tuple[tuple[str, Any], ...] = ()
    input_shapes: tuple[tuple[int, ...], ...] = ()
    weights: str | None = None
    reload: bool = False


@dataclass(frozen=True)
class ModuleAsks(ModuleEvent):
    """`command` cannot be carried out before the user has said what the network takes; `problem`: what was tried."""

    command: OpenModule
    problem: str


@dataclass(frozen=True)
class ModuleShown(ModuleEvent):
    """A network of the user's own, or a followed run, is on show: told after its `Opened`.

    `stopped` says where its forward() stopped, `untrained` why it cannot be trained here; empty where neither holds.
    `carried` and `tensors`: how many of its tensors a reload carried over. `beside`: the paths of the files that it
    imported from its own folder.
    """

    command: OpenModule | None = None
    stopped: str = ""
    untrained: str = ""
    carried: int = 0
    tensors: int = 0
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Follow(Command):
    """Show a run that something else is writing, and go on with it. Nothing is written there."""

    path: str


@dataclass(frozen=True)
class Refresh(Command):
    """Look whether the followed run has grown. The follower's own: nobody else sends it."""

    serial: int = 0


@dataclass(frozen=True)
class Following(ModuleEvent):
    """How the followed run is: `state` is "waiting" (for its first step), "running", "quiet" (nothing new for a while),
    "ended", "failed" (ended by an error) or "damaged"; `said` is a line on it."""

    path: str
    state: str
    said: str = ""


MAKE = "If it cannot be typed in, write a function in the file that returns the network, and choose that"
_PLAIN = ("int", "float", "str", "bool", "tuple", "list", "dict", "set", "sequence", "iterable", "any", "none")


def is_plain(parameter: Parameter) -> bool:
    """Whether an argument can be typed in: as far as its annotation says."""
    names = parameter.annotation.replace("|", " ").replace("[", " ").replace("Optional", " ").split()
    return not names or names[0].rpartition(".")[2].lower() in _PLAIN


class LiteralError(ValueError):
    """A text that is no plain value. The message is meant for the user."""


def literal(text: str, parameter: Parameter) -> Any:
    """The value that a text means: a Python literal, nothing that is computed. LiteralError says what is expected.

    Where a string is expected, quotes may be left out.
    """
    annotation = parameter.annotation.replace("Optional[", "").replace("]", "").strip()
    wants_text = annotation.split("|")[0].strip() == "str" or (
        not annotation and (parameter.default or "").startswith(("'", '"'))
    )
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        if wants_text and text.strip():
            return text.strip()
        raise LiteralError(
            f"{parameter.name}: “{text.strip()}” is no plain value, such as 3, 0.5, True, 'same' or (3, 3). {MAKE}"
        ) from None
    if wants_text and not isinstance(value, str) and value is not None:
        return text.strip()
    if annotation == "int" and (isinstance(value, bool) or not isinstance(value, int)):
        raise LiteralError(f"{parameter.name} is a whole number, not {text.strip()}")
    if annotation == "float" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise LiteralError(f"{parameter.name} is a number, not {text.strip()}")
    if annotation == "bool" and not isinstance(value, bool):
        raise LiteralError(f"{parameter.name} is True or False, not {text.strip()}")
    return value


def shapes(text: str) -> tuple[tuple[int, ...], ...]:
    """Input shapes from "3x224x224" or, for several inputs, "3x32x32, 10". LiteralError says what is wrong."""
    found = []
    for part in text.replace(";", ",").replace("×", "x").split(","):
        sizes = part.strip().lower().split("x")
        if not all(size.strip().isdecimal() and 0 < int(size) <= 100_000 for size in sizes):
            raise LiteralError(f"“{part.strip()}” is no shape; write it as 3x224x224, with a comma between two inputs")
        found.append(tuple(int(size) for size in sizes))
    return tuple(found)
