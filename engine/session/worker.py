"""The session's thread once torch has loaded: commands between updates, training, pictures at display rate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from time import perf_counter
from typing import Any

from engine.compare.comparing import Comparing
from engine.datasets import Cancelled
from engine.follow import Followed
from engine.insight import Insights
from engine.messages import (
    AskInsight,
    Cancel,
    Command,
    Evaluate,
    LookBack,
    Noticed,
    Open,
    OpenRun,
    Pause,
    Rewind,
    RunSaved,
    SaveRun,
    Status,
    StatusChanged,
    StopInsight,
    SwitchedOff,
    SwitchOff,
    Train,
    TrainSteps,
    Tune,
)
from engine.messages.modules import Follow, OpenModule
from engine.messages.published import DownloadWeights, LoadWeights
from engine.session.autosave import Autosave
from engine.session.course import Course
from engine.session.display import LIGHT, Display, needs_predictions
from engine.session.exhibit import Exhibit
from engine.session.experiment import Experiment
from engine.session.failures import failure
from engine.session.guests import Guests
from engine.session.inbox import Inbox
from engine.session.lookback import Lookback
from engine.session.meanwhile import Meanwhile
from engine.session.opening import open_experiment, words_for
from engine.session.outbox import Outbox
from engine.session.places import Places
from engine.session.samples import SampleError
from engine.session.saving import open_run, save
from engine.session.titles import title_of
from engine.session.weights import Weights

# What ends long work that goes on: the user wants something else instead.
_INSTEAD = (Open, OpenRun, OpenModule, Follow, LoadWeights, DownloadWeights)


class Worker:
    """Carries out commands until the inbox is closed. Nothing that goes wrong ends it; it is told as a Failed event."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        display: Display,
        places: Places,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._display = display
        self._places = places
        self._clock = clock
        self._course: Course | None = None
        self._insights = Insights(outbox.tell, clock=clock)
        self._status: tuple[Status, str] | None = None
        self._autosaving = Autosave(outbox=outbox, places=places, clock=clock)
        self._carriers: dict[type, Callable[[Any], None]] = {
            Open: self._open,
            OpenRun: self._open_run,
            Train: self._train,
            TrainSteps: self._train,
            Pause: self._pause,
            Rewind: self._rewind,
            Tune: self._tune,
            Evaluate: self._evaluate,
            LookBack: self._look_back,
            SaveRun: self._save,
            Cancel: lambda command: None,
            AskInsight: self._ask_insight,
            StopInsight: lambda command: self._insights.stop(command.kind),
            SwitchOff: self._switch_off,
        }
        self._comparing = Comparing(
            outbox=outbox,
            places=places,
            experiment=lambda: None if self._course is None else self._course.experiment,
            aside=self._aside,
            waiting=lambda: self._inbox.waiting,
            clock=clock,
        )
        self._guests = Guests(host=self, inbox=inbox, outbox=outbox, display=display, places=places)
        self._carriers |= self._comparing.carriers | self._guests.carriers
        self._carriers |= Weights(host=self, outbox=outbox, places=places).carriers
        self._lookback = Lookback(host=self, inbox=inbox, outbox=outbox, display=display, clock=clock)
        self._carriers |= self._lookback.carriers

    def run(self) -> None:
        """Work until the inbox is closed, then save what is unsaved."""
        self._tell_status()
        while not self._inbox.closed:
            while (command := self._inbox.pop()) is not None:
                self._guarded(title_of(command), partial(self._carry_out, command))
            training = self._course is not None and self._course.running
            if self._comparing.wants_time(training=training):
                self._guarded("The comparison stopped", self._comparing.work)
            if training and self._course is not None and self._course.running:
                self._guarded("Training stopped", self._course.run)
                if not self._course.running:
                    self._display.touch()
            else:
                self._show(False)
                if not (self._comparing.wants_time(training=False) or self._at_leisure()):
                    self._inbox.wait()
        self._comparing.close()
        self._guests.close()
        self._leave()

    def _at_leisure(self) -> bool:
        """A piece of what can wait; False if there is none."""
        done: list[bool] = []
        self._guarded("The film stopped", lambda: done.append(self._lookback.work(training=False)))
        if not any(done):  # frames are few and quick, questions may take long
            self._guarded("The question was not answered", lambda: done.append(self._look_inside(False)))
        return any(done) or self._insights.waiting or self._lookback.waiting

    def _leave(self) -> None:
        """Stop the training and save what it has brought."""
        if self._course is not None:
            self._guarded("Training stopped", self._course.stop)
            self._autosave()

    def _guarded(self, title: str, do: Callable[[], None]) -> None:
        """Do something. Whatever goes wrong is told; it stops the training if that went wrong, and nothing else."""
        try:
            do()
        except (SampleError, Cancelled) as error:
            self._outbox.tell(Noticed(str(error)))
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # a user's forward() may raise these, too
            self._outbox.tell(failure(title, error))
            if self._course is not None and title == "Training stopped":
                self._course.running = False
        self._tell_status()

    def _tell_status(self, status: Status | None = None, detail: str = "") -> None:
        if status is None:
            status, detail = self._guests.status if self._course is None else self._course.status
        if (status, detail) != self._status:
            self._status = (status, detail)
            self._outbox.tell(StatusChanged(status, detail))

    def _show(self, moving: bool) -> None:
        """Show a picture if one is due. One that cannot be made is told once, and stops nothing else."""
        if not self._display.wants_frame(self._clock(), moving=moving):
            return
        try:
            self._display.publish(moving=moving)
        except Exception as error:
            self._outbox.tell(failure("The network cannot be shown", error))

    def _between_updates(self, moving: bool) -> None:
        self._show(moving)
        if self._insights.waiting:
            self._look_inside(True)
        if self._lookback.waiting:
            self._lookback.work(training=True)

    def _look_inside(self, training: bool) -> bool:
        """Answer a slice of what was asked about layers and maps; False if nothing was asked."""
        looked = self._looked()
        if looked is None or not self._insights.waiting:
            return False
        self._insights.work(looked, self._display.sample, training=training)
        return True

    def _looked(self) -> Experiment | Exhibit | Followed | None:
        return self._guests.guest if self._course is None else self._course.experiment

    @contextmanager
    def _aside(self, *, opening: bool = False) -> Iterator[Callable[[], bool]]:
        """For the length of a long work: a function to be called between its pieces, which serves the viewer and tells
        whether to give the work up."""
        instead = _INSTEAD if opening else (*_INSTEAD, Rewind)
        with Meanwhile(
            inbox=self._inbox,
            outbox=self._outbox,
            display=self._display,
            show=partial(self._show, False),
            opening=opening,
            pause=self._pause_soon,
            look_back=None if opening else self._look_back,
        ) as meanwhile:

            def give_up() -> bool:
                meanwhile.serve()
                self._outbox.turns.offer()
                return self._inbox.cancelled(by=instead)

            yield give_up

    def _pause_soon(self) -> None:
        if self._course is not None:
            self._course.running = False

    # What guests ask of their host.

    def experiment(self) -> Experiment | None:
        return None if self._course is None else self._course.experiment

    def begin(self, experiment: Experiment) -> None:
        self._begin(experiment)

    def make_room(self) -> None:
        """A guest comes, that is not trained: leave what was open."""
        self._leave()
        self._insights.stop()
        self._course = None

    def working(self, detail: str) -> None:
        self._tell_status(Status.WORKING, detail)

    def aside(self, *, opening: bool = False) -> AbstractContextManager[Callable[[], bool]]:
        return self._aside(opening=opening)

    # The commands.

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, LIGHT):
            if needs_predictions(command) and self._display.mistakes_unknown and self._course is not None:
                self._tell_status(Status.WORKING, "Evaluating")
                self._course.evaluate()
            self._display.handle(command)
        else:
            self._carriers[type(command)](command)

    def _needed(self) -> Course:
        if self._course is None:
            raise SampleError(self._guests.refusal or "There is no network yet: open one first.")
        return self._course

    def _open(self, command: Open) -> None:
        self._tell_status(Status.WORKING, f"Opening {words_for(command)}")
        self._begin(self._opened(open_experiment, command))

    def _open_run(self, command: OpenRun) -> None:
        self._tell_status(Status.WORKING, "Opening the run")
        self._begin(experiment := self._opened(open_run, command))
        self._outbox.tell(RunSaved(command.path, experiment.trainer.updates))

    def _opened(self, make: Callable[..., Experiment], command: Open | OpenRun) -> Experiment:
        with self._aside(opening=True) as give_up:
            return make(
                command,
                places=self._places,
                before=None if self._course is None else self._course.experiment,
                drawn=None if self._display.scene is None else self._display.scene.opened(),
                progress=self._outbox.tell,
                cancelled=give_up,
            )

    def _begin(self, experiment: Experiment) -> None:
        """Leave the experiment that was, and show the new one."""
        self._leave()
        self._guests.leave()
        self._insights.stop()
        self._lookback.stop()
        self._lookback.started(experiment)
        self._course = Course(
            experiment,
            outbox=self._outbox,
            waiting=lambda: self._inbox.waiting or self._comparing.wants_time(training=True),
            show=self._between_updates,
            aside=self._aside,
            epoch_ended=self._epoch_ended,
            clock=self._clock,
        )
        self._outbox.forget_points()
        self._outbox.tell(experiment.opened())
        for notice in experiment.dataset.notices:
            self._outbox.tell(Noticed(notice))
        self._display.set_scene(experiment)
        self._outbox.add_points(experiment.trainer.history.points())
        self._course.collect()
        self._show(False)
        if experiment.knows_something:
            self._course.evaluate()

    def _train(self, command: Train | TrainSteps) -> None:
        course = self._needed()
        steps = command.count if isinstance(command, TrainSteps) else None
        if steps is not None and steps < 1:
            return
        course.start(steps)

    def _pause(self, command: Pause) -> None:
        if self._course is not None and self._course.running:
            self._course.stop()
            self._display.touch()
            self._tell_status()
            self._show(False)
            self._autosave()

    def _ask_insight(self, command: AskInsight) -> None:
        if self._looked() is None:
            self._needed()
        self._insights.ask(command)

    def _switch_off(self, command: SwitchOff) -> None:
        looked = self._looked() or self._needed().experiment
        looked.switch_off(command.node, command.maps)
        self._outbox.tell(SwitchedOff(looked.off))
        self._display.touch()

    def _rewind(self, command: Rewind) -> None:
        course = self._needed()
        self._leave()
        self._insights.stop()
        course.rewind()
        self._lookback.stop()
        self._display.touch()

    def _tune(self, command: Tune) -> None:
        course = self._needed()
        course.experiment.trainer.tune(command)
        if command.epochs is not None:
            course.experiment.stint = max(1, command.epochs)
        course.tell_settings()

    def _evaluate(self, command: Evaluate) -> None:
        course = self._needed()
        if not course.experiment.dataset.labelled:
            raise SampleError(f"{course.experiment.dataset.title} have no labels: nothing says what would be right.")
        if not course.running:
            self._tell_status(Status.WORKING, "Evaluating")
        course.evaluate()

    def _look_back(self, command: LookBack) -> None:
        if self._guests.look_back(command):
            return
        experiment = self._needed().experiment
        try:
            experiment.look_back(command.step)
        except LookupError as error:
            raise SampleError("No weights of this training were kept to look back at.") from error
        self._display.touch()

    def _save(self, command: SaveRun) -> None:
        experiment = self._needed().experiment
        self._autosaving.wait()
        directory = save(experiment, places=self._places, path=command.path)
        self._outbox.tell(RunSaved(str(directory), experiment.trainer.updates))
        self._outbox.tell(Noticed(f"The run was saved to {directory}."))

    def _epoch_ended(self) -> None:
        if self._course is not None and self._course.running:
            self._autosaving.beside(self._course.experiment)
        else:
            self._autosave()

    def _autosave(self) -> None:
        if self._course is not None:
            self._autosaving.now(self._course.experiment)
        else:
            self._autosaving.wait()
