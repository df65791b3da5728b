"""The lessons that come with the app: `resources/lessons/NN-id.md`, in the order of their numbers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from pathlib import Path

from gui.lessons.markdown import Lesson, LessonError, parse

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "lessons"
_NAME = re.compile(r"(\d\d)-([a-z][a-z0-9-]*)")


def load(folder: Path = FOLDER) -> tuple[Lesson, ...]:
    """All lessons of a folder. LessonError names the file that is none, or a number that occurs twice."""
    lessons: dict[int, Lesson] = {}
    for path in sorted(folder.glob("*.md")):
        name = _NAME.fullmatch(path.stem)
        if name is None:
            raise LessonError(f"{path.name}: the name of a lesson is two digits and its id, as 20-two-filters.md")
        number = int(name[1])
        if number in lessons:
            raise LessonError(f"{path.name}: {lessons[number].id} has the number {number} already")
        try:
            lessons[number] = parse(path.read_text(encoding="utf-8"), id=name[2], number=number)
        except LessonError as problem:
            raise LessonError(f"{path.name}, {problem}") from None
    return tuple(lessons.values())


def listed(lessons: Iterable[Lesson], labs: Container[str]) -> tuple[Lesson, ...]:
    """Those that can be shown: all labs that they lead to are there."""
    return tuple(lesson for lesson in lessons if all(lab in labs for lab in lesson.labs))
