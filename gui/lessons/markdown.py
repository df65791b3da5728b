"""Reads a lesson from Markdown. Pure text: no Qt, no files.

    # Title

    Paragraphs with **bold**, `numbers`, and words in the colour of a role: [kernel]{.kernel}, [`3·3 = 9`]{.kernel}.

    ## Show me

    - [What it shows](receptive://convolution?…) `a hint`

A link to a lab is the only thing that a lesson can lead to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from gui import links

ROLES = ("input", "kernel", "output", "bias", "padding", "gradient", "error")
SHOW_ME = "Show me"


class LessonError(ValueError):
    """A text that is no lesson; names the line and what is wrong with it."""


@dataclass(frozen=True)
class Span:
    """A piece of text. `role` is the name of a theme's colour, "" for that of the text; `code`: fixed-width."""

    text: str
    role: str = ""
    bold: bool = False
    code: bool = False


Paragraph: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Show:
    """A line of "Show me": pressing it opens the link; `hint` says in a few signs what is there."""

    title: str
    link: str
    hint: str = ""

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
    r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<words>[^\]]*)\](?:\{\.(?P<role>[^}]*)\}|(?P<link>\([^)]*\)))"
)
_SHOW = re.compile(r"- \[(?P<title>[^\]]+)\]\((?P<link>[^)\s]+)\)(?: `(?P<hint>[^`]+)`)?")


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
            if found["role"] not in ROLES:
                raise LessonError(f"line {row}: “{found['role']}” is no role; there are {', '.join(ROLES)}")
            spans += (replace(span, role=found["role"]) for span in _inline(found["words"], row))
    if end < len(text):
        spans.append(Span(text[end:]))
    return tuple(spans)


def _show(line: str, row: int) -> Show:
    found = _SHOW.fullmatch(line)
    if found is None:
        raise LessonError(f"line {row}: “{line[:60]}” does not read as - [What it shows](receptive://…) `hint`")
    try:
        links.split(found["link"])
    except links.LinkError as problem:
        raise LessonError(f"line {row}: {problem}") from None
    return Show(found["title"], found["link"], found["hint"] or "")


def position(lessons: Sequence[Lesson], id: str) -> int:
    """Where the lesson of that id is; 0 if it is not there."""
    return next((index for index, lesson in enumerate(lessons) if lesson.id == id), 0)
