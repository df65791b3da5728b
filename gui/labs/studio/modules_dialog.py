"""Asks before somebody's code is run, and for what the code needs: which class, its arguments, its input, weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.messages.modules import MAKE, Candidate, LiteralError, Outline, Parameter, is_plain, literal, shapes
from gui.theme import Theme, fonts
from gui.theme.controls import Toggle, set_theme_below

_MOST_ARGUMENTS = 8


@dataclass(frozen=True)
class Asked:
    """What the user has entered. `edits`: saved edits may run without asking."""

    name: str
    arguments: tuple[tuple[str, Any], ...]
    input_shapes: tuple[tuple[int, ...], ...]
    weights: str | None
    edits: bool


class OpenModuleDialog(QDialog):
    """For the file of `outline`. With `consent` it says that this is code and shows how it begins; Cancel is then what
    Return does. `name` is chosen beforehand, `problem` is why it is asked again, `before` what was entered then."""

    def __init__(
        self,
        outline: Outline,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        consent: bool,
        name: str = "",
        problem: str = "",
        before: Asked | None = None,
        edits: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open module")
        self._outline, self._theme = outline, theme
        self._faint: list[QLabel] = []
        self._before = before
        self.asked: Asked | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        path = Path(outline.path)
        if consent:
            self._warn(column, path)
        else:
            column.addWidget(self._label(path.name, px=14, weight=600))
            column.addWidget(self._path_label(path))
        self._form = QGridLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setColumnMinimumWidth(0, 96)
        self._form.setColumnStretch(1, 1)
        column.addSpacing(4)
        column.addLayout(self._form)

        self.candidates = QComboBox(self)
        self.candidates.setAccessibleName("Network")
        known = list(outline.candidates)
        if name and name not in {one.name for one in known}:
            known.insert(0, Candidate(name, "class"))
        for one in known:
            self.candidates.addItem(one.name if one.kind == "class" else f"{one.name}  ({one.kind})", one)
            if one.name == name:
                self.candidates.setCurrentIndex(self.candidates.count() - 1)
        self._rows: dict[str, tuple[Parameter, QLineEdit]] = {}
        self._arguments = QGridLayout()
        self._arguments.setHorizontalSpacing(16)
        self._arguments.setVerticalSpacing(8)
        self._arguments.setColumnMinimumWidth(0, 96)
        self._arguments.setColumnStretch(1, 1)
        row = 0
        if known:
            self._form.addWidget(self._label("Network"), row, 0)
            self._form.addWidget(self.candidates, row, 1)
            row += 1
        else:
            self.candidates.hide()  # it would lie over the title
        self._form.addLayout(self._arguments, row, 0, 1, 2)

        self.input = QLineEdit(self)
        self.input.setPlaceholderText("guessed, else such as 3x224x224")
        self.input.setAccessibleName("Input shape")
        self._form.addWidget(self._label("Input"), row + 1, 0)
        self._form.addWidget(self.input, row + 1, 1)
        self.weights = QLineEdit(self)
        self.weights.setPlaceholderText("its own, else a .safetensors or state_dict file")
        self.weights.setAccessibleName("Weights")
        browse = QPushButton("Choose…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.weights, 1)
        line.addWidget(browse)
        self._form.addWidget(self._label("Weights"), row + 2, 0)
        self._form.addLayout(line, row + 2, 1)
        self.edits = Toggle("Reload when it, or what it imports from its folder, is saved", theme, self, on=edits)
        if not outline.program:
            self._form.addWidget(self.edits, row + 3, 1, Qt.AlignmentFlag.AlignLeft)
            said = self._label("Saved edits then run without asking, until Receptive is closed.", faint=True)
            self._form.addWidget(said, row + 4, 1)
        else:
            self.edits.hide()

        self.problem = self._label(problem)
        self.problem.setWordWrap(True)
        self.problem.setVisible(bool(problem))
        column.addWidget(self.problem)
        column.addStretch(1)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.reject)
        self.run = QPushButton("Run and open" if consent else "Open", self)
        self.run.clicked.connect(self._done)
        safe = self.cancel if consent else self.run
        for button in (self.cancel, self.run):
            button.setAutoDefault(False)
            button.setDefault(button is safe)
        if not consent:
            self.run.setProperty("primary", True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.run)
        column.addLayout(buttons)
        self.setMinimumWidth(600)
        self.candidates.currentIndexChanged.connect(self._show_arguments)
        if before is not None:
            self.input.setText(", ".join("x".join(map(str, shape)) for shape in before.input_shapes))
            self.weights.setText(before.weights or "")
        self._show_arguments()
        (self.input if problem else safe).setFocus()
        self.set_theme(theme)

    @property
    def candidate(self) -> Candidate | None:
        """The chosen class, function or object; None where the file does not tell."""
        found: Candidate | None = self.candidates.currentData()
        return found

    def argument(self, name: str) -> QLineEdit:
        """The field of an argument."""
        return self._rows[name][1]

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        set_theme_below(self, theme)
        for label in self._faint:
            label.setStyleSheet(f"color: {theme.text_3.name()};")
        self.problem.setStyleSheet(f"color: {theme.error.name()};")

    def _warn(self, column: QVBoxLayout, path: Path) -> None:
        kind = "a program of torch.export" if self._outline.program else "code"
        column.addWidget(self._label(f"{path.name} is {kind}", px=14, weight=600))
        column.addWidget(self._path_label(path))
        imports = "" if self._outline.program else ", and with it all that it imports,"
        said = self._label(
            f"Opening it runs it{imports} with your rights: it can read, change and send your files. "
            "Open only what you have written or trust. You are asked once for each content of the file."
        )
        said.setWordWrap(True)
        column.addWidget(said)
        if self._outline.program:
            return
        code = QPlainTextEdit("\n".join(self._outline.head), self)
        code.setReadOnly(True)
        code.setFont(fonts.mono(11))
        code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        code.setFixedHeight(168)
        code.setAccessibleName("How the file begins")
        code.setTabChangesFocus(True)
        column.addWidget(code)
        rest = self._outline.lines - len(self._outline.head)
        if rest > 0:
            column.addWidget(self._label(f"… and {rest:,} more lines", faint=True))

    def _path_label(self, path: Path) -> QLabel:
        label = self._label(str(path), faint=True)
        label.setFont(fonts.mono(11))
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _label(self, text: str, *, px: int = 12, weight: int = 400, faint: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(fonts.ui(11 if faint else px, weight))
        if faint:
            self._faint.append(label)
        return label

    def _show_arguments(self) -> None:
        """Fields for what the chosen one takes; those without a default first."""
        while self._arguments.count():
            item = self._arguments.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                if widget in self._faint:
                    self._faint.remove(widget)
                widget.hide()
                widget.deleteLater()
        self._rows = {}
        candidate = self.candidate
        if candidate is None or candidate.kind == "object":
            return
        known = dict(self._before.arguments) if self._before is not None else {}
        ordered = [*candidate.needed, *(one for one in candidate.parameters if one.default is not None)]
        for row, parameter in enumerate(ordered[:_MOST_ARGUMENTS]):
            field = QLineEdit(self)
            field.setAccessibleName(parameter.name)
            field.setPlaceholderText(parameter.default if parameter.default is not None else "needed")
            if parameter.name in known:
                field.setText(repr(known[parameter.name]))
            self._arguments.addWidget(self._label(parameter.name), row, 0)
            self._arguments.addWidget(field, row, 1, 1, 1 if parameter.annotation else 2)
            if parameter.annotation:
                kind = self._label(parameter.annotation, faint=True)
                kind.setFont(fonts.mono(11))
                self._arguments.addWidget(kind, row, 2)
            self._rows[parameter.name] = (parameter, field)
        self.set_theme(self._theme)
        if self.isVisible():
            self._make_room()

    def _make_room(self) -> None:
        """Grow by what has come: lines that wrap do not ask for their height themselves."""
        column = self.layout()
        if column is not None:
            column.activate()
            self.resize(self.width(), max(self.height(), column.totalHeightForWidth(self.width())))

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Weights", str(Path(self._outline.path).parent),
            "Weights (*.safetensors *.pt *.pth *.bin *.ckpt);;All files (*)",
        )  # fmt: skip
        if path:
            self.weights.setText(path)

    def _done(self) -> None:
        try:
            arguments = []
            for parameter, field in self._rows.values():
                text = field.text().strip()
                if text:
                    arguments.append((parameter.name, literal(text, parameter)))
                elif parameter.default is None:
                    advice = "" if is_plain(parameter) else f". {MAKE}"
                    raise LiteralError(f"{parameter.name} is needed: it has no default{advice}")
            found = shapes(self.input.text()) if self.input.text().strip() else ()
        except LiteralError as mistake:
            self.problem.setText(f"{mistake}.")
            self.problem.show()
            self._make_room()
            return
        candidate = self.candidate
        self.asked = Asked(
            name="" if candidate is None else candidate.name,
            arguments=tuple(arguments),
            input_shapes=found,
            weights=self.weights.text().strip() or None,
            edits=self.edits.isChecked(),
        )
        self.accept()
