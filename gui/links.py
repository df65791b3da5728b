"""A State as a link, `receptive://<lab>?v=1&key=value…`, and back. Plain text: a link opens no file and runs no code.

Only fields that differ from their default are written. A field's metadata says "key" (its name in links, else the
field's own), "min" and "max" (numbers, also inside tuples), "choices", "longest" (entries of a tuple, characters of a
string) and "non_finite" (True: NaN and infinities may pass). What is unknown or out of range is put right and said,
never an error; a State whose fields depend on each other may have `repaired() -> (state, messages)`.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

SCHEME = "receptive"
VERSION = 1
LONGEST = 200_000
"""Characters; a longer text is refused before it is looked into."""

_SAFE = "-._~:/"
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_NONE = "none"
_EMPTY = "''"  # an empty string as an entry of a tuple; the text '' itself is written with %27


class LinkError(ValueError):
    """A text that is no link to a lab at all."""


@dataclass(frozen=True)
class Address:
    """A link taken apart: the lab's name, and (key, still percent-encoded value) pairs in order."""

    lab: str
    parameters: tuple[tuple[str, str], ...]


class _UnfitError(Exception):
    """A value that is not what its field takes. Carries what to say and the nearest value that fits (if any)."""

    def __init__(self, message: str, *nearest: Any) -> None:
        super().__init__(message)
        self.nearest = nearest


def to_link(lab: str, state: Any) -> str:
    """The link to a State (a frozen dataclass) of a lab."""
    hints = _hints(state.__class__)
    parts = [f"v={VERSION}"]
    for field in dataclasses.fields(state):
        value = getattr(state, field.name)
        if value != _default(field):
            parts.append(f"{_key(field)}={_write(value, hints[field.name])}")
    return f"{SCHEME}://{lab}?{'&'.join(parts)}"


def split(link: str) -> Address:
    """Take a link apart. LinkError says why a text is no link."""
    if len(link) > LONGEST:
        raise LinkError(f"The link is {len(link):,} characters long; {LONGEST:,} are the most.")
    text = "".join(link.split())  # links wrapped by a mail program come with line breaks
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*):/{0,2}([A-Za-z0-9_-]*)/?(?:\?([^#]*))?(?:#.*)?", text)
    if match is None or match[1].lower() != SCHEME:
        shown = text if len(text) <= 60 else text[:57] + "…"
        raise LinkError(f"“{shown}” is no link of Receptive; one begins with {SCHEME}://")
    if not match[2]:
        raise LinkError(f"The link names no lab; it should read {SCHEME}://<lab>")
    pairs = []
    for part in (match[3] or "").split("&"):
        key, _, value = part.partition("=")
        if key:
            pairs.append((unquote(key), value))
    return Address(match[2].lower(), tuple(pairs))


def read(link: str, state_types: Mapping[str, Callable[[], type]]) -> tuple[str, Any, tuple[str, ...]]:
    """The lab, its State and what had to be put right. `state_types` maps each lab's name to a function that returns
    its State. LinkError if the text is no link, or names no lab that there is."""
    address = split(link)
    if address.lab not in state_types:
        raise LinkError(f"There is no lab “{address.lab}”; there are {', '.join(sorted(state_types)) or 'none'}.")
    state, messages = from_parameters(address.parameters, state_types[address.lab]())
    return address.lab, state, messages


def from_parameters(parameters: Iterable[tuple[str, str]], state_type: type) -> tuple[Any, tuple[str, ...]]:
    """The nearest valid State to (key, percent-encoded value) pairs, and a message for all that was put right."""
    hints = _hints(state_type)
    fields = {_key(field): field for field in dataclasses.fields(state_type)}
    values: dict[str, Any] = {}
    messages: list[str] = []
    for key, raw in parameters:
        if key == "v":
            messages += _version(raw)
        elif key not in fields:
            messages.append(f"“{_shown(key)}” is unknown{_close(key, fields)} and was left out.")
        else:
            field = fields[key]
            try:
                values[field.name] = _read(raw, hints[field.name], field.metadata)
            except _UnfitError as unfit:
                nearest = unfit.nearest[0] if unfit.nearest else _default(field)
                values[field.name] = nearest
                messages.append(f"{key}: {unfit}; {_plain(nearest)} is used.")
    try:
        state = state_type(**values)
    except (ValueError, TypeError) as problem:
        messages.append(f"These values don't go together ({problem}); the lab's own are used.")
        state = state_type()
    if hasattr(state, "repaired"):
        state, more = state.repaired()
        messages += more
    return state, tuple(messages)


def _version(raw: str) -> list[str]:
    if raw == str(VERSION):
        return []
    if raw.isdecimal() and int(raw[:9]) > VERSION:
        return [f"The link is of a newer version ({_shown(raw)}); what this one knows is shown."]
    return [f"v: “{_shown(raw)}” is no version; {VERSION} is used."]


@lru_cache(maxsize=32)
def _hints(state_type: Any) -> Mapping[str, Any]:
    return types.MappingProxyType(typing.get_type_hints(state_type))


def _key(field: dataclasses.Field[Any]) -> str:
    return str(field.metadata.get("key", field.name))


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    raise TypeError(f"field {field.name!r} of a State needs a default")


def _shown(text: str) -> str:
    text = unquote(text)
    text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return text if len(text) <= 40 else text[:37] + "…"


def _plain(value: Any) -> str:
    """A value for a message."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "(" + ", ".join(_plain(entry) for entry in value[:6]) + (", …)" if len(value) > 6 else ")")
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value) if value != "" else "nothing"


def _close(word: str, words: Iterable[str]) -> str:
    import difflib

    found = difflib.get_close_matches(word, [str(entry) for entry in words], 1)
    return f" (perhaps “{found[0]}” was meant)" if found else ""


def _optional(hint: Any) -> Any | None:
    """X of `X | None`, else None."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [part for part in typing.get_args(hint) if part is not type(None)]
        if len(rest) == 1 and len(typing.get_args(hint)) == 2:
            return rest[0]
        raise TypeError(f"a State cannot hold {hint}")
    return None


# Writing.


def _write(value: Any, hint: Any, separators: str = ",;") -> str:
    inner = _optional(hint)
    if inner is not None:
        if value is None:
            return _NONE
        text = _write(value, inner, separators)
        return f"%{ord(text[0]):02X}{text[1:]}" if text == _NONE else text
    if typing.get_origin(hint) is tuple:
        args = typing.get_args(hint)
        entries = [args[0]] * len(value) if args[-1] is Ellipsis else args
        nested = any(typing.get_origin(entry) is tuple for entry in entries)
        separator = separators[1] if nested else separators[0]
        texts = [_write(entry, kind, separators) for entry, kind in zip(value, entries, strict=True)]
        return separator.join(text if text else _EMPTY for text in texts)
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value).replace("+", "")
    return quote(str(value), safe=_SAFE, errors="replace")


# Reading.


def _read(raw: str, hint: Any, metadata: Mapping[str, Any]) -> Any:
    inner = _optional(hint)
    if inner is not None:
        return None if raw == _NONE else _read(raw, inner, metadata)
    if typing.get_origin(hint) is tuple:
        return _read_tuple(raw, typing.get_args(hint), metadata)
    text = unquote(raw)
    if hint is bool:
        lowered = text.lower()
        if lowered in _TRUE or lowered in _FALSE:
            return lowered in _TRUE
        raise _UnfitError(f"“{_shown(raw)}” is neither 1 nor 0")
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _choice(text, {str(member.value): member for member in hint})
    if hint is int or hint is float:
        value = _number(text, hint, metadata)
    elif hint is str:
        longest = metadata.get("longest", 2000)
        if len(text) > longest:
            raise _UnfitError(f"{len(text):,} characters are more than {longest:,}")
        value = text
    else:
        raise TypeError(f"a State cannot hold {hint}")
    if "choices" in metadata:
        choices = metadata["choices"]
        if hint is str:
            return _choice(text, {str(choice): choice for choice in choices})
        if value not in choices:
            nearest = min(choices, key=lambda choice: abs(choice - value))
            raise _UnfitError(f"{_plain(value)} is none of {', '.join(map(_plain, choices))}", nearest)
    return value


def _choice(text: str, choices: Mapping[str, Any]) -> Any:
    if text in choices:
        return choices[text]
    lowered = {name.lower(): member for name, member in choices.items()}
    if text.lower() in lowered:
        return lowered[text.lower()]
    import difflib

    close = difflib.get_close_matches(text[:60].lower(), list(lowered), 1)
    message = f"“{_shown(text)}” is none of {', '.join(choices)}"
    raise _UnfitError(message, lowered[close[0]]) if close else _UnfitError(message)


def _number(text: str, kind: type, metadata: Mapping[str, Any]) -> Any:
    try:
        value: Any = int(text) if kind is int else float(text)
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            raise _UnfitError(f"“{_shown(text)}” is no number") from None
    if isinstance(value, float) and not math.isfinite(value):
        if kind is float and metadata.get("non_finite"):
            return value
        if math.isnan(value) or not {"min", "max"} & set(metadata):
            raise _UnfitError(f"“{_shown(text)}” is no finite number")
    low, high = metadata.get("min", -math.inf), metadata.get("max", math.inf)
    if value < low:
        raise _UnfitError(f"{_shown(text)} is below {_plain(low)}", kind(low))
    if value > high:
        if math.isinf(high):
            raise _UnfitError(f"“{_shown(text)}” is no finite number")
        raise _UnfitError(f"{_shown(text)} is above {_plain(high)}", kind(high))
    if kind is int and not isinstance(value, int):
        if math.isinf(value):
            raise _UnfitError(f"“{_shown(text)}” is no finite number")
        if value != round(value):
            raise _UnfitError(f"{_shown(text)} is no whole number", round(value))
        value = round(value)
    return value


def _read_tuple(raw: str, args: tuple[Any, ...], metadata: Mapping[str, Any]) -> tuple[Any, ...]:
    fixed = None if args[-1] is Ellipsis else len(args)
    nested = any(typing.get_origin(entry) is tuple for entry in args)
    texts = raw.split(";" if nested else ",") if raw else []
    longest = metadata.get("longest", 100_000)
    if fixed is not None and len(texts) != fixed:
        raise _UnfitError(f"{len(texts)} values where there should be {fixed}")
    if len(texts) > longest:
        raise _UnfitError(f"{len(texts):,} values are more than {longest:,}")
    values, problem = [], ""
    for index, text in enumerate(texts):
        try:
            values.append(_read("" if text == _EMPTY else text, args[index] if fixed else args[0], metadata))
        except _UnfitError as unfit:
            if not unfit.nearest:
                raise _UnfitError(str(unfit)) from None
            problem = problem or str(unfit)
            values.append(unfit.nearest[0])
    if problem:
        raise _UnfitError(problem, tuple(values))
    return tuple(values)
