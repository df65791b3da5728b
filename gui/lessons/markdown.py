"""Reads a lesson from Markdown. Pure text: no Qt, no files.

    # Title

    Paragraphs with **bold**, `numbers`, and words in the colour of a role: [kernel]{.kernel}, [`3·3 = 9`]{.kernel}.
    Words may stand for a part of the lab, which lights up when they are pointed at: [kernel]{.kernel #kernel}.

    ## Show me

    - [What it shows](receptive://convolution?…) `a hint` {#the #parts #spoken-of}

A link to a lab is the only thing that a lesson can lead to. A part is a name that a lab has a place for, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TypeAlias

from gui import links

ROLES = ("input", "kernel", "output", "bias", "padding", "gradient", "error")
SHOW_ME = "Show me"


class LessonError(ValueError):
    """A text that is no lesson; names the line and what is wrong with it."""


@dataclass(frozen=True)
class Span:
    """A piece of text. `role` is the name of a theme's colour, "" for that of the text; `code`: fixed-width; `part`:
    the part of the lab that it speaks of, "" for none."""

    text: str
    role: str = ""
    bold: bool = False
    code: bool = False
    part: str = ""


Paragraph: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Show:
    """A line of "Show me": pressing it opens the link and lights up `parts` of the lab; `hint` says in a few signs what
    is there."""

    title: str
    link: str
    hint: str = ""
    parts: tuple[str, ...] = ()

    @property
    def lab(self) -> str:
        return links.split(self.link).lab


@dataclass(frozen=True)
class Lesson:
    """One idea. `number` is its place among all lessons, `id` its name there."""

    id: str
    number: int
    title: str
    paragraphs: tuple[Paragraph, ...]
    shows: tuple[Show, ...]

    @property
    def labs(self) -> frozenset[str]:
        """The labs that its links lead to."""
        return frozenset(show.lab for show in self.shows)

    @property
    def text(self) -> str:
        """The paragraphs without markup, one a line."""
        return "\n".join("".join(span.text for span in paragraph) for paragraph in self.paragraphs)


_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<words>[^\]]*)\](?:\{(?P<marks>[^}]*)\}|(?P<link>\([^)]*\)))"
)
_SHOW = re.compile(r"- \[(?P<title>[^\]]+)\]\((?P<link>[^)\s]+)\)(?: `(?P<hint>[^`]+)`)?(?: \{(?P<marks>[^}]*)\})?")
_PART = re.compile(r"[a-z][a-z0-9_.-]*")


def parse(text: str, *, id: str, number: int) -> Lesson:
    """The lesson that is written in a text. LessonError names the line that cannot be read."""
    lines = [line.strip() for line in text.splitlines()]
    title, paragraphs, shows = "", [], []
    block: list[str] = []
    showing = False
    for row, line in enumerate([*lines, ""], 1):
        if line.startswith("# "):
            if title:
                raise LessonError(f"line {row}: there is a title already, “{title}”")
            title = line[2:].strip()
        elif line.startswith("#"):
            if line != f"## {SHOW_ME}" or showing:
                raise LessonError(f"line {row}: “{line}” is no heading of a lesson; there is one, “## {SHOW_ME}”")
            showing = True
        elif not line:
            if block:
                paragraphs.append(_inline(" ".join(block), row))
            block = []
        elif not title:
            raise LessonError(f"line {row}: a lesson begins with its title, “# …”")
        elif showing:
            shows.append(_show(line, row))
        else:
            block.append(line)
    if not (title and paragraphs and shows):
        missing = "title" if not title else "text" if not paragraphs else f"link under “## {SHOW_ME}”"
        raise LessonError(f"the lesson has no {missing}")
    return Lesson(id, number, title, tuple(paragraphs), tuple(shows))


def _inline(text: str, row: int) -> Paragraph:
    """A paragraph as spans; marks may lie in each other."""
    spans: list[Span] = []
    end = 0
    for found in _INLINE.finditer(text):
        if found.start() > end:
            spans.append(Span(text[end : found.start()]))
        end = found.end()
        if found["link"]:
            raise LessonError(f"line {row}: links stand under “## {SHOW_ME}”, not in the text: {found[0]}")
        if found["bold"]:
            spans += (replace(span, bold=True) for span in _inline(found["bold"], row))
        elif found["code"]:
            spans.append(Span(found["code"], code=True))
        else:
            role, parts = _marks(found["marks"], row)
            if len(parts) > 1:
                raise LessonError(f"line {row}: words stand for one part, not for {len(parts)}: {found[0]}")
            part = parts[0] if parts else ""
            spans += (replace(span, role=role, part=part) for span in _inline(found["words"], row))
    if end < len(text):
        spans.append(Span(text[end:]))
    return tuple(spans)


def _marks(text: str, row: int) -> tuple[str, tuple[str, ...]]:
    """The role ("" for none) and the parts of `.role #part #part`."""
    role, parts = "", []
    for mark in text.split():
        if mark[0] == "." and not role:
            if mark[1:] not in ROLES:
                raise LessonError(f"line {row}: “{mark[1:]}” is no role; there are {', '.join(ROLES)}")
            role = mark[1:]
        elif mark[0] == "#" and _PART.fullmatch(mark[1:]):
            parts.append(mark[1:])
        else:
            raise LessonError(f"line {row}: “{mark}” is neither a role (.kernel) nor a part (#kernel)")
    return role, tuple(parts)


def _show(line: str, row: int) -> Show:
    found = _SHOW.fullmatch(line)
    if found is None:
        raise LessonError(f"line {row}: “{line[:60]}” does not read as - [What it shows](receptive://…) `hint`")
    try:
        links.split(found["link"])
    except links.LinkError as problem:
        raise LessonError(f"line {row}: {problem}") from None
    role, parts = _marks(found["marks"] or "", row)
    if role:
        raise LessonError(f"line {row}: a line of “{SHOW_ME}” has no colour of its own: .{role}")
    return Show(found["title"], found["link"], found["hint"] or "", parts)


def has_part(part: str, names: Sequence[str]) -> bool:
    """Whether a part is one of these names, some of which are patterns (`layer-*`)."""
    return any(fnmatchcase(part, name) for name in names)


def check_parts(lesson: Lesson, parts: Mapping[str, Sequence[str]]) -> None:
    """LessonError if the lesson speaks of a part that its lab does not have. `parts` are those of each lab, as patterns
    (`layer-*`); words in the text may be a part of any lab that the lesson leads to."""
    asked: list[tuple[tuple[str, ...], str]] = [((show.lab,), part) for show in lesson.shows for part in show.parts]
    everywhere = tuple(sorted(lesson.labs))
    asked += [(everywhere, span.part) for paragraph in lesson.paragraphs for span in paragraph if span.part]
    for labs, part in asked:
        known = [name for lab in labs for name in parts.get(lab, ())]
        if not has_part(part, known):
            there = ", ".join(known) or "none"
            raise LessonError(f"{lesson.id}: “{part}” is no part of the lab {' or '.join(labs)}; there are {there}")


def position(lessons: Sequence[Lesson], id: str) -> int:
    """Where the lesson of that id is; 0 if it is not there."""
    return next((index for index, lesson in enumerate(lessons) if lesson.id == id), 0)
