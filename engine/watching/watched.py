"""What a training loop of one's own holds in its hand: it notes steps, and now and then lets the network be seen.

What it costs is measured as it goes: after a look that took so long, the next one waits until that is a small share of
the time. Whatever goes wrong here is told once on standard error and ends the watching, never the loop.
"""

from __future__ import annotations

import atexit
import os
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import torch
from torch import Tensor, nn

from engine.files import FileError
from engine.graph import with_softmax
from engine.graph.listener import Heard, listen, still
from engine.messages import Graph, HeldOutPoint, Operation, Point, Settings, TrainPoint
from engine.watching.notes import Note, points_of
from engine.watching.script import last_error, unwrapped
from engine.watching.window import WindowProcess
from engine.watching.writer import ACTIVATIONS, RunWriter, chosen, new_folder, weighs

# The share of the loop's time that looks may take, and points and lines of the curves beside them.
SHARE = 0.01
# What is written is painted by a window on the same processors: each frame costs the loop, too.
_LEAST_SECONDS = 0.5
_LINES_SECONDS = 0.5
# So many examples of the given ones are looked at, so many notes and logits may wait.
_EXAMPLES = 8
_MOST_NOTES = 4096
_MOST_VALUES = 2_000_000
# Curves and timeline go by epochs: where nobody says how long one is, so many steps are taken for it.
NOMINAL_EPOCH = 1000


def watch(
    model: nn.Module,
    example: Tensor | Sequence[Tensor] | None = None,
    *,
    optimizer: torch.optim.Optimizer | None = None,
    steps_per_epoch: int | None = None,
    classes: Sequence[str] = (),
    run: str | Path | None = None,
    window: bool = True,
    name: str = "",
    budget: int = 256 * 2**20,
) -> Watched:
    """Open Receptive's window beside a training loop and show `model` in it while it learns.

        seen = watch(model)
        for images, labels in loader:
            ...
            seen.step(loss, logits, labels)

    `example` is a batch as the model takes it (several inputs: a sequence of batches), of which the first eight samples
    are looked at; without it, what the model is first called with. `optimizer` and `steps_per_epoch` let the window
    show learning rate and epochs, `classes` name the outputs. `run` is the folder that the Run is written to (by
    default a new one among the user's runs), which `python main.py --follow RUN` shows anywhere, now or later; with
    `window=False` no window is opened. `budget` is how many bytes of earlier weights are kept for the timeline.

    It never raises: what goes wrong is told on standard error, and the loop goes on unwatched. The model is only read:
    neither its mode, its gradients, its hooks nor torch's random numbers change. In a distributed training only rank 0
    is watched.
    """
    watched = Watched(
        model, optimizer=optimizer, steps_per_epoch=steps_per_epoch, classes=classes, name=name, budget=budget
    )
    watched._guarded(lambda: watched._begin(example, run=run, window=window))
    return watched


class Watched:
    """A model that is being watched: call `step` after each update. Also a context manager, which closes it."""

    def __init__(
        self,
        model: nn.Module,
        *,
        optimizer: torch.optim.Optimizer | None,
        steps_per_epoch: int | None,
        classes: Sequence[str],
        name: str,
        budget: int,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._model = unwrapped(model)
        self._outer = model
        self._optimizer = optimizer
        self._steps_per_epoch = steps_per_epoch or 0
        self._classes = tuple(classes)
        self._name = name or type(self._model).__name__
        self._budget = budget
        self._clock = clock
        self._process = os.getpid()
        self._writer: RunWriter | None = None
        self._window: WindowProcess | None = None
        self._examples: tuple[Tensor, ...] = ()
        self._hook: Any = None
        self._labels: Tensor | None = None
        self._own_example = self._alone = False
        self._failure = ""
        self._graph: Graph | None = None
        self._settings: Settings | None = None
        self._batch = 0
        self._notes: list[Note] = []
        self._held_out: list[Point] = []
        self._values = 0
        self._last: TrainPoint | None = None
        self._steps = 0
        self._began = self._next_lines = self._next_look = 0.0
        self.spent = 0.0

    @property
    def directory(self) -> Path | None:
        """Where the Run is written; None where nothing is watched."""
        return None if self._writer is None else self._writer.directory

    @property
    def watching(self) -> bool:
        """Whether it still is: not after `close` or a full disk."""
        return self._writer is not None

    def step(
        self,
        loss: Tensor | float,
        logits: Tensor | None = None,
        labels: Tensor | None = None,
        *,
        accuracy: float | None = None,
        epoch: float | None = None,
    ) -> None:
        """Note one update: its batch's loss; with `logits` (batch, classes) and `labels` (batch,) its accuracy as well,
        or `accuracy` (0-1) where you know it. Waits for nothing on the device.
        """
        if self._writer is None or os.getpid() != self._process:
            return
        began = self._clock()
        self._steps += 1
        self._guarded(lambda: self._note(began, loss, logits, labels, accuracy, epoch))
        if began >= self._next_lines or len(self._notes) >= _MOST_NOTES or self._values > _MOST_VALUES:
            self._guarded(self._write_lines)
        if began >= self._next_look:
            self._guarded(self._look)
        self.spent += self._clock() - began

    def held_out(self, loss: float, accuracy: float = float("nan"), *, samples: int = 0) -> None:
        """Note an evaluation on samples that are not trained on."""
        if self._writer is None:
            return
        seconds = self._clock() - self._began
        self._held_out.append(
            HeldOutPoint(
                step=self._steps, epoch=self._epoch(), loss=float(loss), accuracy=float(accuracy), samples=samples,
                whole=True, seconds=seconds,
            )
        )  # fmt: skip

    def close(self) -> None:
        """Write what is still to be written and say that the training has ended; the window stays. Called at the end of
        the script by itself; may be called twice."""
        if self._writer is not None and os.getpid() == self._process:
            self._guarded(self._end)
            self._stop()

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, example: Tensor | Sequence[Tensor] | None, *, run: str | Path | None, window: bool) -> None:
        if torch.distributed.is_available() and torch.distributed.is_initialized() and torch.distributed.get_rank():
            return
        directory = new_folder(self._name) if run is None else Path(run).expanduser()
        writer = RunWriter(directory, identity=uuid4().hex, budget=self._budget)
        writer.announce(title=self._name)
        self._writer = writer
        self._began = self._next_lines = self._next_look = self._clock()
        atexit.register(_close, weakref.ref(self))
        self._own_example = example is not None
        if example is not None:
            self._take([example] if isinstance(example, Tensor) else example)
        else:
            self._hook = self._outer.register_forward_pre_hook(self._called, with_kwargs=True)
        if window:
            self._window = WindowProcess.open(directory.resolve())

    def _called(self, _module: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """The model's first call: its inputs are the examples."""
        self._unhook()
        self._guarded(lambda: self._take([*args, *kwargs.values()]))

    def _take(self, inputs: Sequence[Any]) -> None:
        if not inputs or not all(isinstance(one, Tensor) and one.dim() for one in inputs):
            raise ValueError("the model takes other things than tensors; say with example=… what it shall look at")
        self._examples = tuple(one.detach()[:_EXAMPLES].clone() for one in inputs)

    def _note(
        self,
        now: float,
        loss: Tensor | float,
        logits: Tensor | None,
        labels: Tensor | None,
        accuracy: float | None,
        epoch: float | None,
    ) -> None:
        place = self._epoch() if epoch is None else float(epoch)
        said = loss.detach() if isinstance(loss, Tensor) else float(loss)
        known: Tensor | None = None if accuracy is None else torch.tensor(float(accuracy))
        if accuracy is None and logits is not None and labels is not None:
            known = logits.detach()
            self._values += known.numel()
            self._batch = self._batch or len(known)
            if self._steps == 1 and labels.dim() == 1 and self._examples and not self._own_example:
                self._labels = labels.detach()[: len(self._examples[0])].clone()  # of the very batch that is looked at
        note = Note(self._steps, place, now - self._began, said, known, labels if accuracy is None else None)
        self._notes.append(note)

    def _epoch(self) -> float:
        return self._steps / (self._steps_per_epoch or NOMINAL_EPOCH)

    def _write_lines(self) -> None:
        """Bring the curves and run.json up to date. Waits for the device, which is why it is not done at each step."""
        assert self._writer is not None
        if self._window is not None and (status := self._window.status) is not None:
            self._window_ended(status)
            if self._writer is None:
                return
        notes, self._notes, self._values = self._notes, [], 0
        points = points_of(notes)
        if points:
            self._last = points[-1]
        self._writer.append([*points, *self._held_out])
        self._held_out = []
        settings = self._settings_now()
        if self._graph is not None and settings != self._settings:
            self._settings = settings
            self._describe("running")
        self._next_lines = self._clock() + _LINES_SECONDS

    def _look(self) -> None:
        """Let the network be seen as it is now, and decide when next."""
        assert self._writer is not None
        if not self._examples:
            return
        began = self._clock()
        example, nodes, rebuilt = self._writer.request()
        heard, first, inputs = None, 0, self._examples
        if self._graph is None:
            inputs = tuple(one[:2] for one in inputs)  # enough to draw it, and to know what more would weigh
        elif self._alone:  # more than one would not be written
            first = min(example, len(inputs[0]) - 1)
            inputs = tuple(one[first : first + 1] for one in inputs)
        if self._graph is None or not rebuilt:
            heard = listen(still(self._model), inputs, name=self._name, title=self._name)
            self._alone = self._alone or weighs(heard.outputs, len(inputs[0])) > ACTIVATIONS
        if self._graph is None:
            assert heard is not None
            self._graph = self._finished(heard)
            self._writer.write_graph(self._graph)
            self._writer.write_examples(self._examples, self._labels)
            self._settings = self._settings_now()
            self._describe("running")
        weights = {key: value for key, value in self._model.state_dict().items() if isinstance(value, Tensor)}
        outputs = None
        if heard is not None:
            outputs = chosen(heard.outputs, count=len(inputs[0]), example=example, nodes=nodes, first=first)
        self._writer.write_moment(self._steps, weights, outputs)
        ended = self._clock()
        self._next_look = ended + max(_LEAST_SECONDS, (ended - began) / SHARE)

    def _finished(self, heard: Heard) -> Graph:
        """The graph to draw; of a classifier up to its probabilities."""
        graph = heard.graph
        classifies = bool(self._classes) or any(note.labels is not None for note in self._notes) or self._batch > 0
        result = heard.result
        if heard.stopped is None and classifies and isinstance(result, Tensor) and result.dim() == 2:
            return with_softmax(graph)
        return graph

    def _settings_now(self) -> Settings:
        group: Mapping[str, Any] = self._optimizer.param_groups[0] if self._optimizer is not None else {}
        parameter = next(self._model.parameters(), None)
        return Settings(
            network=self._name,
            dataset="script",
            seed=0,
            device="cpu" if parameter is None else str(parameter.device),
            batch_size=self._batch or (len(self._examples[0]) if self._examples else 1),
            learning_rate=float(group.get("lr", 0.0)),
            momentum=float(group.get("momentum", 0.0)),
            weight_decay=float(group.get("weight_decay", 0.0)),
            epochs=0,
        )

    def _describe(self, state: str, failure: str = "") -> None:
        assert self._writer is not None
        assert self._settings is not None
        assert self._graph is not None
        shape = [int(size) for size in self._examples[0].shape[1:]]
        last = self._graph.nodes[-1]
        outputs = last.output_shape[0] if last.operation is Operation.SOFTMAX and last.output_shape else 0
        names = self._classes or tuple(map(str, range(outputs if outputs <= 1000 else 0)))
        self._writer.describe(
            settings=self._settings,
            dataset={
                "name": "script",
                "title": "Examples of the script",
                "folder": None,
                "classes": list(names),
                "picture_shape": shape,
                "train_samples": 0,
                "test_samples": len(self._examples[0]),
            },
            last=self._last,
            steps_per_epoch=self._steps_per_epoch or NOMINAL_EPOCH,
            nominal=not self._steps_per_epoch,
            state=state,
            failure=failure,
        )

    def _window_ended(self, status: int) -> None:
        window, self._window = self._window, None
        assert window is not None
        why = "was closed" if status == 0 else f"could not be opened ({window.said() or f'status {status}'})"
        self._tell(
            f"the window {why}. The training goes on and is recorded; "
            f"follow it with: python main.py --follow {self.directory}"
        )

    def _end(self) -> None:
        self._window = None  # whether it is still open does not matter any more
        self._write_lines()
        if self._steps:
            self._look()
        self._write_end()

    def _write_end(self) -> None:
        if self._graph is not None:
            self._settings = self._settings_now()
            self._describe("ended", self._failure)

    def _stop(self) -> None:
        """Nothing is watched any more, and nothing held."""
        self._unhook()
        if self._writer is not None:
            self._writer.close()
        self._writer = None
        self._examples = ()
        self._notes, self._held_out = [], []

    def _unhook(self) -> None:
        if self._hook is not None:
            self._hook.remove()
            self._hook = None

    def _guarded(self, do: Callable[[], object]) -> None:
        """Do something; what goes wrong is told once and ends the watching."""
        if self._writer is None and self._steps:
            return
        try:
            do()
        except Exception as error:  # a loop of hours must not end for a picture of it
            said = str(error).strip().splitlines()
            text = said[0] if said else ""
            if not isinstance(error, FileError):
                text = f"{type(error).__name__}: {text}" if text else type(error).__name__
            self._tell(f"{text}. {self._name} is no longer watched; the training goes on")
            try:
                self._stop()
            except OSError:
                self._writer = None

    def _tell(self, text: str) -> None:
        print(f"receptive: {text}", file=sys.stderr, flush=True)


def _close(reference: weakref.ref[Watched]) -> None:
    watched = reference()
    if watched is not None:
        watched._failure = last_error()
        watched.close()
