"""Opening somebody's own module: FILE.py:NAME, where NAME is a class, a function or an object in that file."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.networks.catalogue import NetworkError

if TYPE_CHECKING:
    from torch import nn


def is_file_reference(text: str) -> bool:
    """Whether `text` means a module in a file rather than a network of the catalogue."""
    path, _, _ = _split(text)
    return path.suffix == ".py"


def open_module(reference: str, *, seed: int = 0) -> nn.Module:
    """The module that FILE.py:NAME means: an nn.Module class or a function, called without arguments, or an object.

    NAME may be left out where the file defines one nn.Module class only. The file is run, as Python does on import;
    what it prints goes to standard error. First weights depend on `seed` alone. NetworkError, in one line, for
    whatever does not work.
    """
    import torch

    path, name, _ = _split(reference)
    if not path.is_file():
        raise NetworkError(f"there is no file {path}")
    with contextlib.redirect_stdout(sys.stderr), torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        python = _import(path)
        if not name:
            names = _modules_in(python)
            if len(names) != 1:
                raise NetworkError(f"say which module of {path} is meant: {path}:NAME; {_there_are(python)}")
            name = names[0]
        if not hasattr(python, name):
            raise NetworkError(f"there is no {name} in {path}; {_there_are(python)}")
        return _make(getattr(python, name), name, path)


def _split(reference: str) -> tuple[Path, str, str]:
    """(path, name, separator); a colon after a drive's letter separates nothing."""
    before, colon, after = reference.rpartition(":")
    if colon and before.endswith(".py"):
        return Path(before).expanduser(), after, colon
    return Path(reference).expanduser(), "", ""


def _import(path: Path) -> ModuleType:
    """Run the file as a module of its own name; what lies beside it can be imported from it."""
    unique = f"{path.stem}_{hashlib.sha1(str(path.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(unique, path)
    if spec is None or spec.loader is None:
        raise NetworkError(f"{path} is no Python file")
    python = importlib.util.module_from_spec(spec)
    sys.modules[unique] = python  # dataclasses and pickling look a class up there
    try:
        with _importable(path.resolve().parent):
            spec.loader.exec_module(python)
    except SyntaxError as error:
        raise NetworkError(f"{path}, line {error.lineno}: {error.msg}") from error
    except SystemExit as error:
        raise NetworkError(f"{path} ends the program when it is imported") from error
    except Exception as error:  # somebody else's code may raise anything
        raise NetworkError(f"{path} cannot be imported: {_one_line(error)}") from error
    return python


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(str(folder))


def _make(thing: Any, name: str, path: Path) -> nn.Module:
    from torch import nn

    if isinstance(thing, nn.Module):
        return thing
    if not callable(thing):
        raise NetworkError(f"{name} in {path} is neither an nn.Module nor a function that makes one")
    needed = _needed_arguments(thing)
    if needed:
        raise NetworkError(f"{name} in {path} needs arguments that have no default: {', '.join(needed)}")
    try:
        with _importable(path.resolve().parent):
            made = thing()
    except Exception as error:  # somebody else's code may raise anything
        raise NetworkError(f"{name} in {path} cannot be made: {_one_line(error)}") from error
    if not isinstance(made, nn.Module):
        raise NetworkError(f"{name} in {path} gives a {type(made).__name__}, not an nn.Module")
    return made


def _needed_arguments(thing: Any) -> list[str]:
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return []  # it does not tell; calling it will
    return [
        one.name
        for one in parameters
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]


def _modules_in(python: ModuleType) -> list[str]:
    """Names of the nn.Module classes that the file itself defines."""
    from torch import nn

    return [
        name
        for name, thing in vars(python).items()
        if isinstance(thing, type) and issubclass(thing, nn.Module) and thing.__module__ == python.__name__
    ]


def _there_are(python: ModuleType) -> str:
    names = _modules_in(python)
    return f"there are: {', '.join(names)}" if names else "there is no nn.Module class in it"


def _one_line(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
