"""A Python file read as text: which networks it seems to define, and with which arguments. Nothing of it is run."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

from engine.messages.modules import Candidate, Outline, Parameter

_HEAD = 40
# Methods that give back the module itself, and functions that give a module around it.
_SAME = ("to", "eval", "train", "cpu", "cuda", "half", "float", "double", "bfloat16", "requires_grad_", "apply")
_AROUND = ("compile", "script", "DataParallel", "weight_norm", "spectral_norm")
_MOST_BYTES = 4 * 2**20


def outline(path: Path) -> Outline:
    """What can be said of a .py or .pt2 file without running it; `Outline.problem` where it cannot be opened."""
    path = Path(path).expanduser().absolute()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Outline(str(path), problem=f"There is no file {path}.")
    except OSError as error:
        return Outline(str(path), problem=f"{path} cannot be read: {error.strerror or error}.")
    digest = hashlib.sha256(content).hexdigest()
    if path.suffix == ".pt2":
        return Outline(str(path), digest=digest, program=True)
    if path.suffix != ".py":
        return Outline(str(path), problem=f"{path.name} is neither a Python file nor a .pt2 program of torch.export.")
    if len(content) > _MOST_BYTES:
        return Outline(str(path), problem=f"{path.name} is too large for a Python file: {len(content):,} bytes.")
    text = content.decode("utf-8", errors="replace")
    lines = text.splitlines()
    head = tuple(lines[:_HEAD])
    try:
        tree = ast.parse(content, filename=str(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        return Outline(str(path), digest, head, len(lines), problem=f"{path.name}{where}: {said}.")
    return Outline(str(path), digest, head, len(lines), candidates=_candidates(tree))


def _candidates(tree: ast.Module) -> tuple[Candidate, ...]:
    """Classes that look like modules, functions that return something, objects that are made; the likeliest first: the
    last class that no other class is made of."""
    classes: dict[str, ast.ClassDef] = {}
    functions: list[Candidate] = []
    objects: list[Candidate] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _is_module(node, classes):
            classes[node.name] = node
        elif isinstance(node, ast.FunctionDef) and _returns_something(node) and not node.name.startswith("_"):
            functions.append(Candidate(node.name, "function", _parameters(node.args)))
        elif isinstance(node, ast.Assign) and _makes_module(node.value, classes):
            objects += [Candidate(target.id, "object") for target in node.targets if isinstance(target, ast.Name)]
    used = {
        name.id
        for owner in classes.values()
        for name in ast.walk(owner)
        if isinstance(name, ast.Name) and name.id in classes and name.id != owner.name
    }
    whole = [name for name in classes if name not in used][::-1]
    order = [*whole, *(name for name in list(classes)[::-1] if name in used)]
    made = [Candidate(name, "class", _arguments_of(name, classes)) for name in order]
    split = len(whole)
    return (*made[:split], *objects, *functions, *made[split:])


def _is_module(node: ast.ClassDef, known: dict[str, ast.ClassDef]) -> bool:
    names = [_dotted(base) for base in node.bases]
    if any(name.rpartition(".")[2].endswith("Module") or name.startswith(("nn.", "torch.nn.")) for name in names):
        return True
    if any(name in known or name in ("Sequential", "ModuleList") for name in names):
        return True
    return bool(names) and any(isinstance(part, ast.FunctionDef) and part.name == "forward" for part in node.body)


def _makes_module(value: ast.expr, classes: dict[str, ast.ClassDef]) -> bool:
    """Net(), nn.Sequential(…), Net().to(device).eval(), torch.compile(Net()); a loss is none."""
    if not isinstance(value, ast.Call):
        return False
    name = _dotted(value.func)
    if name in classes or name == "Sequential" or name.startswith(("nn.", "torch.nn.")):
        return not name.endswith("Loss")
    if isinstance(value.func, ast.Attribute) and value.func.attr in _SAME:
        return _makes_module(value.func.value, classes)
    return name.rpartition(".")[2] in _AROUND and bool(value.args) and _makes_module(value.args[0], classes)


def _returns_something(node: ast.FunctionDef) -> bool:
    return any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(node))


def _arguments_of(name: str, classes: dict[str, ast.ClassDef]) -> tuple[Parameter, ...]:
    """Of __init__, or of that of a base in the same file."""
    seen: set[str] = set()
    while name in classes and name not in seen:
        seen.add(name)
        for part in classes[name].body:
            if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                return _parameters(part.args)[1:]
        name = next((base for base in map(_dotted, classes[name].bases) if base in classes), "")
    return ()


def _parameters(arguments: ast.arguments) -> tuple[Parameter, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [*([None] * missing), *arguments.defaults]
    pairs = [*zip(positional, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return tuple(
        Parameter(
            name=argument.arg,
            annotation="" if argument.annotation is None else ast.unparse(argument.annotation).strip("'\""),
            default=None if default is None else ast.unparse(default),
        )
        for argument, default in pairs
    )


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    return ""
