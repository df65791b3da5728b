"""What may be asked for on the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from engine.cli.usage import UsageError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without repeating the usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with `carry_out` to call with them. UsageError if they make no sense."""
    parser = _Parser(
        prog="python -m engine",
        description="Receptive's engine without a window: see, describe and train networks.",
        epilog="Data lie below --data-root, else RECEPTIVE_DATA, else the user's data folder.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _listings(commands)
    _describe(commands)
    _train(commands)
    _export(commands)
    _pretrain(commands)
    return parser.parse_args(argv)


def shape(text: str) -> tuple[int, ...]:
    """ "3x32x32" as (3, 32, 32)."""
    parts = re.split(r"\s*[xX×,]\s*", text.strip())
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise argparse.ArgumentTypeError(f'"{text}" is no shape: give sizes with x between them, such as 3x32x32')
    return tuple(map(int, parts))


def _listings(commands: Any) -> None:
    from engine.cli import listings

    datasets = commands.add_parser("datasets", help="list the datasets", description="List the datasets.")
    networks = commands.add_parser("networks", help="list the networks", description="List the networks.")
    _finish(datasets, listings.list_datasets)
    _finish(networks, listings.list_networks)


def _describe(commands: Any) -> None:
    from engine.cli import describe

    parser = commands.add_parser(
        "describe",
        help="a network layer by layer: shapes, parameters, multiply-adds",
        description="Describe a network layer by layer: shapes, parameters, multiply-adds for one sample.",
    )
    parser.add_argument(
        "network",
        metavar="NETWORK|FILE.py:NAME",
        help="a network of the list, or a file with an nn.Module class or a function that makes one",
    )
    parser.add_argument(
        "--input",
        type=shape,
        action="append",
        metavar="3x32x32",
        help="shape of an input, without a batch axis; once for each input (default: guessed)",
    )
    _finish(parser, describe.describe)


def _train(commands: Any) -> None:
    from engine.cli import train

    parser = commands.add_parser(
        "train",
        help="train a network, one line an epoch",
        description="Train a network; one line an epoch. What is not given is as in the network's recipe.",
    )
    parser.add_argument("--network", metavar="NAME", help="a network of the list, or FILE.py:NAME (default: lenet)")
    parser.add_argument("--dataset", metavar="NAME", help="a dataset of the list (default: digits)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="the folder of pictures, or of the dataset's files")
    parser.add_argument("--epochs", type=int, metavar="N", help="how often to go through the training set, in all")
    parser.add_argument("--batch-size", type=int, metavar="N")
    parser.add_argument("--seed", type=int, metavar="N", help="of initial weights and order of samples (default: 0)")
    parser.add_argument("--device", metavar="NAME", help="auto, cpu, cuda, mps, … (default: auto)")
    parser.add_argument("--learning-rate", type=float, metavar="X")
    parser.add_argument("--learning-rate-decay", type=float, metavar="X", help="what it is multiplied by each epoch")
    parser.add_argument("--momentum", type=float, metavar="X")
    parser.add_argument("--weight-decay", type=float, metavar="X")
    parser.add_argument("--patience", type=int, metavar="N", help="stop after so many epochs without improvement")
    parser.add_argument("--min-delta", type=float, metavar="X", help="the least fall of the test loss to count as one")
    parser.add_argument("--run", type=Path, metavar="DIR", help="save the run there after each epoch")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --run")
    parser.add_argument("--no-download", action="store_true", help="take only data that are there already")
    _data(parser)
    _finish(parser, train.train)


def _export(commands: Any) -> None:
    from engine.cli import export

    parser = commands.add_parser(
        "export",
        help="curves and settings of saved runs for other programs",
        description="Write curves and settings of saved runs as tables, or as TensorBoard event files.",
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folders of saved runs")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="the curves of all runs, one value a line")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="the settings of all runs, one run a line")
    parser.add_argument("--tensorboard", type=Path, metavar="DIR", help="event files (needs receptive[tensorboard])")
    _finish(parser, export.export)


def _pretrain(commands: Any) -> None:
    from engine.cli import pretrain

    parser = commands.add_parser(
        "pretrain",
        help="make the bundled weights in resources/ anew",
        description="Train the networks that come trained, on the digits, and write their weights and samples.",
    )
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="only these (default: all that come trained)")
    parser.add_argument("--resources", type=Path, metavar="DIR", help="where to write (default: resources/ here)")
    parser.add_argument("--epochs", type=int, metavar="N", help="instead of as many as make the bundled weights")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    _data(parser)
    _finish(parser, pretrain.pretrain)


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-root", type=Path, metavar="DIR", help="where datasets lie, or are downloaded to")


def _finish(parser: argparse.ArgumentParser, carry_out: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(carry_out=carry_out)
