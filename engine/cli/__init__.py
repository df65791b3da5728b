"""The command line: datasets, networks, describe, train, pretrain. Plain text for people, --json for programs.

A user's mistake is one line on standard error and exit status 2, an interruption 130; what was trained is saved.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

from engine.cli.arguments import parse
from engine.cli.output import complain
from engine.cli.usage import UsageError
from engine.session.loading import OPENMP

MISTAKE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit status."""
    if sys.platform.startswith("linux") and "torch" not in sys.modules and not OPENMP.keys() & os.environ.keys():
        os.environ.update(OPENMP)  # on a busy machine the difference between crawling and training
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")  # what torch warns of is meant for programmers
            status = int(arguments.carry_out(arguments))
        sys.stdout.flush()
        return status
    except UsageError as error:
        complain(str(error))
        return MISTAKE
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ValueError as error:
        if not _is_meant_for_users(error):
            raise
        complain(str(error))
        return MISTAKE


def _is_meant_for_users(error: ValueError) -> bool:
    """Whether it is one of the engine's own errors, which name what is wrong and what to do."""
    return type(error).__module__.startswith("engine.")
