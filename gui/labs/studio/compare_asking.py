"""The comparison's questions to the user: with what to compare, what to call a run, where to save."""

from __future__ import annotations

from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit

from engine import messages
from engine.messages.plans import CURRENT

if TYPE_CHECKING:
    from engine.messages.compare import RunFacts
    from gui.labs.studio.compare import Compare

FIRST_EPOCHS = 3
"""How long twins are trained where the open run has not been trained yet: enough to see a difference."""


def add(compare: Compare) -> None:
    """Drop down the twins that can be trained, and the saved runs."""
    from gui.views.compare.add_popup import AddPopup

    lab = compare.lab
    experiment = lab.experiment
    untrained = compare.untrained
    done = ceil(experiment.epoch - 1e-6)
    known = {run.facts.identity for run in compare.runs.values() if run.name != CURRENT and run.facts.identity}
    current = compare.runs.get(CURRENT)
    listed = [
        run
        for run in compare.listed
        if run.name not in compare.names
        and run.identity not in known
        and (current is None or not run.identity or run.identity != current.facts.identity)
    ]
    if CURRENT not in compare.names and experiment.opened is not None:
        listed.insert(0, current_facts(compare))
    popup = AddPopup(
        lab.theme,
        choices=compare.choices(),
        runs=listed,
        untrained=untrained,
        epochs=FIRST_EPOCHS if untrained else max(done, 1),
        seconds_per_epoch=seconds_per_epoch(compare),
        parent=lab.widget.window(),
    )
    popup.chosen.connect(compare.choose)
    popup.run_chosen.connect(compare.add_run)
    popup.show_under(compare.bars.make_compare().add)


def current_facts(compare: Compare) -> RunFacts:
    """The open run as a line of the list."""
    opened, experiment = compare.lab.experiment.opened, compare.lab.experiment
    assert opened is not None
    return messages.compare.RunFacts(
        name=CURRENT,
        network=opened.settings.network,
        network_title=opened.graph.title,
        subtitle=opened.graph.subtitle,
        settings=opened.settings,
        dataset_title=f"open now, {opened.dataset.title}",
        step=experiment.step,
        epoch=experiment.epoch,
    )


def seconds_per_epoch(compare: Compare) -> float | None:
    """How long an epoch of the compared runs took here, at the most; None if none was trained."""
    found = [
        float(run.train[-1, 4] / run.train[-1, 1])
        for run in compare.runs.values()
        if len(run.train) > 10 and run.train[-1, 1] > 0
    ]
    return max(found, default=None)


def rename(compare: Compare, name: str) -> None:
    """Ask what a run is to be called."""
    run = compare.runs.get(name)
    if run is None:
        return
    title, given = QInputDialog.getText(
        compare.lab.widget, "Rename the run", "What it is called (empty: by its network)",
        QLineEdit.EchoMode.Normal, run.facts.title,
    )  # fmt: skip
    if given:
        compare.lab.send(messages.compare.RenameRun(name, title))


def path_of(compare: Compare, name: str) -> str:
    """Where a saved run lies, for opening it."""
    return str(Path(compare.lab.bridge.session.runs_folder) / name)


def export(compare: Compare, what: str) -> None:
    """Ask for a file or folder, and let the engine write there; what cannot be written is said before."""
    kind = messages.compare.Export(what)
    if kind is messages.compare.Export.TENSORBOARD and find_spec("tensorboard") is None:
        compare.lab.context.notices.failed("There is no TensorBoard here", messages.compare.NO_TENSORBOARD)
        return
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    if not folder.is_dir():
        folder = Path.home()
    if kind is messages.compare.Export.TENSORBOARD:
        path = QFileDialog.getExistingDirectory(compare.lab.widget, "Save event files in a folder", str(folder))
    else:
        path, _ = QFileDialog.getSaveFileName(
            compare.lab.widget, f"Save the {kind} of the runs", str(folder / f"{kind}.csv"), "Table (*.csv)"
        )
        if path and not Path(path).suffix:
            path += ".csv"
    if path:
        compare.lab.send(messages.compare.ExportRuns(compare.names, path, kind))
