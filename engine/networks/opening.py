"""Opening somebody's own module: FILE.py:NAME, where NAME is a class, a function or an object in that file, or a .pt2
program of torch.export.

All of this runs other people's code. Whoever calls it has the user's consent (gui) or was told to by the user (cli).
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import linecache
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.networks.errors import NetworkError
from engine.networks.references import split_reference

if TYPE_CHECKING:
    from torch import nn


# Receptive's own packages, which a user's code may import or lie beside.
_OURS = ("engine", "gui")


def open_module(
    reference: str, *, seed: int = 0, arguments: Mapping[str, Any] | None = None, digest: str = ""
) -> nn.Module:
    """The module that FILE.py:NAME means: an nn.Module class or a function, called with `arguments`, or an object; or
    the program in FILE.pt2.

    NAME may be left out where the file defines one nn.Module class only. The file is run, as Python does on import;
    what it prints goes to standard error. First weights depend on `seed` alone. With a `digest` (SHA-256), a file of
    another content is not run. NetworkError, in one line, for whatever does not work.
    """
    import torch

    from engine.networks.remembered import remember
    from engine.networks.settled import settled
    from engine.networks.undisturbed import undisturbed

    path, name = split_reference(reference)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise NetworkError(f"there is no file {path}") from None
    except OSError as error:
        raise NetworkError(f"{path} cannot be read: {error.strerror or error}") from error
    if digest and hashlib.sha256(content).hexdigest() != digest:
        raise NetworkError(f"{path} has changed since you agreed to run it; open it again")
    with undisturbed(path):
        torch.default_generator.manual_seed(seed)
        if path.suffix == ".pt2":
            from engine.networks.programs import open_program

            return open_program(path, content)
        python = _import(path, content)
        if not name:
            names = _modules_in(python)
            if len(names) != 1:
                raise NetworkError(f"say which module of {path} is meant: {path}:NAME; {_there_are(python)}")
            name = names[0]
        if not hasattr(python, name):
            raise NetworkError(f"there is no {name} in {path}; {_there_are(python)}")
        made = settled(_make(getattr(python, name), name, path, arguments or {}), title=name)
        remember(made, arguments or {})
        return made


def _import(path: Path, content: bytes) -> ModuleType:
    """Run the file as a module of its own name; what lies beside it can be imported from it.

    What is run is `content`, not what lies there a moment later, nor compiled code of a second ago.
    """
    unique = _unique(path)
    python = ModuleType(unique)
    python.__file__ = str(path)
    before = sys.modules.get(unique)
    folder, python.__package__ = _package_of(path.resolve().parent)
    for name in getattr(before, "_receptive_imported", ()):  # what lies beside it may have been edited as well
        sys.modules.pop(name, None)
    _forget_namesakes(path.resolve().parent, folder)
    linecache.checkcache(str(path))
    known = set(sys.modules)
    sys.modules[unique] = python  # dataclasses and pickling look a class up there
    try:
        with _importable(path.resolve().parent, folder):
            exec(compile(content, str(path), "exec", dont_inherit=True), vars(python))
    except SyntaxError as error:
        raise NetworkError(f"{path}, line {error.lineno}: {error.msg}") from error
    except SystemExit as error:
        raise NetworkError(f"{path} ends the program when it is imported{_line_in(error, path)}") from error
    except Exception as error:  # somebody else's code may raise anything
        ours = (getattr(error, "name", None) or "").partition(".")[0] if isinstance(error, ImportError) else ""
        advice = f"; {ours} is Receptive's own here: give yours another name" if ours in _OURS else ""
        raise NetworkError(f"{path} cannot be imported: {_one_line(error)}{_line_in(error, path)}{advice}") from error
    finally:
        beside = [name for name in set(sys.modules) - known - {unique} if _lies_in(sys.modules[name], folder)]
        vars(python)["_receptive_imported"] = tuple(beside)
    return python


def _unique(path: Path) -> str:
    """The name under which a file is imported here."""
    return f"{path.stem}_{hashlib.sha1(str(path.resolve()).encode()).hexdigest()[:8]}"


def imported_beside(path: Path) -> tuple[str, ...]:
    """The Python files that the open file `path` imported from its own folder (or package), sorted; () for a .pt2."""
    names = getattr(sys.modules.get(_unique(path)), "_receptive_imported", ())
    files = {getattr(sys.modules.get(name), "__file__", None) for name in names}
    return tuple(sorted(file for file in files if file and file.endswith(".py")))


def _forget_namesakes(*folders: Path) -> None:
    """Forget what other files of somebody's imported under a name that lies here too: each file gets its own."""
    opened = [vars(one) for one in list(sys.modules.values()) if isinstance(one, ModuleType)]
    for name in {name for one in opened for name in one.get("_receptive_imported", ())}:
        first = name.partition(".")[0]
        if any((folder / first).is_dir() or (folder / f"{first}.py").exists() for folder in folders):
            sys.modules.pop(name, None)


def _package_of(folder: Path) -> tuple[Path, str]:
    """(the folder that packages are imported from, the package that files in `folder` belong to or "")."""
    names: list[str] = []
    while (folder / "__init__.py").exists() and folder.name.isidentifier() and folder.parent != folder:
        names.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(names)


def _lies_in(module: ModuleType, folder: Path) -> bool:
    """Whether a module is the user's own, from below `folder`: neither installed nor a part of Receptive."""
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]  # a folder alone has no file
    place = next((str(one) for one in places if one), "")
    if not place or module.__name__.partition(".")[0] in _OURS:
        return False
    path = Path(place)
    installed = any(path.is_relative_to(one) for one in (sys.prefix, sys.base_prefix))
    return path.is_relative_to(folder) and not installed


def _line_in(error: BaseException, path: Path) -> str:
    """Where in the file it happened."""
    found, step = "", error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(path):
            found = f" (line {step.tb_lineno})"
        step = step.tb_next
    return found


@contextlib.contextmanager
def _importable(*folders: Path) -> Iterator[None]:
    """Modules in these folders can be imported. No compiled code is left there: of an edit within the same second that
    keeps the file's length Python would not notice that it is old."""
    added = list(dict.fromkeys(map(str, folders)))
    sys.path[:0] = added
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        for one in added:
            with contextlib.suppress(ValueError):
                sys.path.remove(one)


def _make(thing: Any, name: str, path: Path, arguments: Mapping[str, Any]) -> nn.Module:
    from torch import nn

    if isinstance(thing, nn.Module):
        return thing
    if not callable(thing):
        raise NetworkError(f"{name} in {path} is neither an nn.Module nor a function that makes one")
    needed = [one for one in _needed_arguments(thing) if one not in arguments]
    if needed:
        raise NetworkError(f"{name} in {path} needs arguments that have no default: {', '.join(needed)}")
    try:
        with _importable(path.resolve().parent, _package_of(path.resolve().parent)[0]):
            made = thing(**arguments)
    except SystemExit as error:
        raise NetworkError(f"{name} in {path} ends the program when it is made") from error
    except Exception as error:  # somebody else's code may raise anything
        raise NetworkError(f"{name} in {path} cannot be made: {_one_line(error)}{_line_in(error, path)}") from error
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
