"""Lessons as text: what is read, and what is refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.lessons.library import listed, load
from gui.lessons.markdown import LessonError, Show, Span, parse, position

TEXT = """
# Two filters

It holds [`3·3·3 = 27`]{.kernel} weights
and one [bias]{.bias}, **across the [channels]{.input} too**.

A second `1 < 2` paragraph.

## Show me

- [A corner, with padding](receptive://convolution?v=1&s=2,2) `step 1`
- [Another](receptive://studio)
"""


def test_a_lesson_is_read() -> None:
    lesson = parse(TEXT, id="two-filters", number=20)
    assert (lesson.id, lesson.number, lesson.title) == ("two-filters", 20, "Two filters")
    assert lesson.paragraphs == (
        (
            Span("It holds "),
            Span("3·3·3 = 27", role="kernel", code=True),
            Span(" weights and one "),
            Span("bias", role="bias"),
            Span(", "),
            Span("across the ", bold=True),
            Span("channels", role="input", bold=True),
            Span(" too", bold=True),
            Span("."),
        ),
        (Span("A second "), Span("1 < 2", code=True), Span(" paragraph.")),
    )
    assert lesson.shows == (
        Show("A corner, with padding", "receptive://convolution?v=1&s=2,2", "step 1"),
        Show("Another", "receptive://studio", ""),
    )
    assert lesson.labs == {"convolution", "studio"}
    assert lesson.text.splitlines()[1] == "A second 1 < 2 paragraph."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello\n", "line 1: a lesson begins with its title"),
        ("# A\n\n# B\n", "line 3: there is a title already"),
        ("# A\n\nWords.\n\n## More\n", "line 5: “## More” is no heading"),
        ("# A\n\nOf [colour]{.green} here.\n", "“green” is no role; there are input, kernel"),
        ("# A\n\nSee [this](receptive://studio).\n", "links stand under"),
        ("# A\n\nWords.\n\n## Show me\n\n- [Out](https://example.org)\n", "line 7: .* is no link of Receptive"),
        ("# A\n\nWords.\n\n## Show me\n\n* Out\n", "does not read as"),
        ("# A\n\nWords.\n", "no link under"),
        ("# A\n\n## Show me\n\n- [Out](receptive://studio)\n", "no text"),
        ("", "no title"),
    ],
)
def test_what_is_no_lesson_is_refused(text: str, words: str) -> None:
    with pytest.raises(LessonError, match=words):
        parse(text, id="a", number=1)


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    for name in ("20-two-filters", "03-backprop"):
        (tmp_path / f"{name}.md").write_text(TEXT, encoding="utf-8")
    lessons = load(tmp_path)
    assert [(lesson.number, lesson.id) for lesson in lessons] == [(3, "backprop"), (20, "two-filters")]
    assert (position(lessons, "two-filters"), position(lessons, "none")) == (1, 0)
    (tmp_path / "20-other.md").write_text(TEXT, encoding="utf-8")
    with pytest.raises(LessonError, match=r"20-two-filters\.md: other has the number 20 already"):
        load(tmp_path)
    (tmp_path / "20-other.md").write_text("Nothing", encoding="utf-8")
    with pytest.raises(LessonError, match=r"20-other\.md, line 1"):
        load(tmp_path)
    (tmp_path / "20-other.md").unlink()
    (tmp_path / "intro.md").write_text(TEXT, encoding="utf-8")
    with pytest.raises(LessonError, match=r"intro\.md: the name"):
        load(tmp_path)


def test_lessons_of_labs_that_are_not_there_are_not_listed() -> None:
    lesson = parse(TEXT, id="a", number=1)
    assert listed([lesson], {"convolution", "studio", "other"}) == (lesson,)
    assert listed([lesson], {"studio"}) == ()
