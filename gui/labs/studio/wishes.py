"""What the user asks of the Studio, as commands to the engine: open, train, rewind, look back, filter samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import messages
from gui.labs.studio import asking, weights
from gui.labs.studio.top_bar import FOLDER

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab


class Wishes:
    """Each method is one thing that a button, a key or the palette does."""

    def __init__(self, lab: StudioLab) -> None:
        self.lab = lab

    def open(
        self,
        *,
        network: str | None = None,
        dataset: str | None = None,
        device: str | None = None,
        folder: str | None = None,
        seed: int | None = None,
        pretrained: bool = True,
        download: bool = True,
    ) -> None:
        """Open another network, dataset, device or seed; what is not given stays as it is."""
        settings = self.lab.experiment.settings
        if settings is None:
            return
        self.lab.samples.set_drawing(False)
        self.lab.experiment.loaded = True
        other_network = network not in (None, settings.network)
        if network is not None and dataset is None:
            networks = self.lab.bridge.session.networks()
            dataset = weights.data_for(networks, network=network, dataset=settings.dataset)
        wanted = messages.Open(
            network=network or settings.network,
            dataset=dataset or settings.dataset,
            seed=settings.seed if seed is None else seed,
            device=device or settings.device,
            batch_size=settings.batch_size,
            learning_rate=None if other_network else settings.learning_rate,
            momentum=None if other_network else settings.momentum,
            weight_decay=None if other_network else settings.weight_decay,
            epochs=settings.epochs,
            patience=settings.patience,
            min_delta=settings.min_delta,
            pretrained=pretrained,
            folder=folder,
            download=download,
        )
        if (command := self.lab.modules.translated(wanted)) is not None:  # code runs after consent alone
            self.lab.awaiting.open()
            self.lab.send(command)

    def toggle_training(self) -> None:
        """Train or pause. A network that comes trained starts anew: to see it learn is what Train is for.

        While something is being opened or evaluated, training begins (or, asked again, does not) when that is done.
        """
        experiment, awaiting = self.lab.experiment, self.lab.awaiting
        if experiment.training:
            self.lab.send(messages.Pause())
        elif experiment.busy or awaiting.opening:
            awaiting.toggle()
        elif experiment.opened is not None:
            trainable = experiment.opened.dataset.train_samples > 0
            if experiment.opened.pretrained and experiment.step == 0 and trainable:
                self.open(pretrained=False)
            elif experiment.moment != experiment.step:
                self.lab.send(messages.LookBack(None))
            self.ask(messages.Train())

    def ask(self, command: messages.Command) -> None:
        """Send a command that needs an experiment; the bundled pictures of the start become one first."""
        self.make_loaded()
        self.lab.send(command)

    def make_loaded(self) -> None:
        if not self.lab.experiment.loaded and self.lab.bridge.started:
            self.open(pretrained=self.lab.state.pretrained, download=False)

    def rewind(self) -> None:
        self.ask(messages.Rewind())

    def open_trained(self) -> None:
        """Back to the weights that come with Receptive."""
        self.open(pretrained=True)

    def look_back(self) -> None:
        """Show the recorded moment before the one that is shown."""
        earlier = self.lab.experiment.earlier_moment()
        if earlier is not None:
            self.lab.send(messages.LookBack(earlier))

    def toggle_gradients(self) -> None:
        showing = self.lab.state.quantity is messages.Quantity.GRADIENTS
        quantity = messages.Quantity.ACTIVATIONS if showing else messages.Quantity.GRADIENTS
        self.lab.pages.network.set_quantity(quantity)
        self.lab.choose(quantity=quantity)

    def toggle_mistakes(self) -> None:
        self.filter(self.lab.samples.label, not self.lab.samples.only_mistakes)

    def filter(self, label: int | None, only_mistakes: bool) -> None:
        """Look at samples of one class (None: of any), or at mistakes, only. Which are mistakes, an evaluation tells:
        where there was none, it comes first."""
        experiment = self.lab.experiment
        if only_mistakes and experiment.evaluated is None and not (experiment.busy or experiment.training):
            self.ask(messages.Evaluate())
        self.lab.samples.filter(label=label, only_mistakes=only_mistakes)
        self.lab.signals.actions_changed.emit()

    def toggle_class(self, label: int) -> None:
        wanted = None if self.lab.samples.label == label else label
        self.lab.samples.filter(label=wanted, only_mistakes=self.lab.samples.only_mistakes)
        self.lab.signals.actions_changed.emit()

    def choose_dataset(self, name: str) -> None:
        if name == FOLDER:
            asking.open_folder(self.lab)
        else:
            self.open(dataset=name)

    def open_wanted(self) -> None:
        """Ask for the network and data of a State that waits. A link never reaches the network: no downloads."""
        wanted = self.lab.wanted
        if wanted is not None and self.lab.modules.refuses(wanted):
            self.lab.wanted = None
        elif wanted is not None and not self.lab.experiment.busy:
            self.open(
                network=wanted.network, dataset=wanted.dataset, seed=wanted.seed, pretrained=wanted.pretrained,
                download=False,
            )  # fmt: skip
