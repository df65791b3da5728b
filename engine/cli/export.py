"""`export`: the curves and settings of saved runs for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.output import print_json
from engine.cli.usage import UsageError


def export(arguments: argparse.Namespace) -> int:
    """Write what was asked for; the user's mistakes are UsageError, ExportError."""
    from engine.exports import tables, tensorboard
    from engine.exports.saved import exported

    asked = {"csv": arguments.csv, "settings": arguments.settings, "tensorboard": arguments.tensorboard}
    if not any(asked.values()):
        raise UsageError("say what to write: --csv FILE, --settings FILE or --tensorboard DIR")
    found = [exported(Path(one)) for one in arguments.runs]
    written = {}
    if arguments.csv:
        written["csv"] = tables.write_curves(arguments.csv, found)
    if arguments.settings:
        written["settings"] = tables.write_settings(arguments.settings, found)
    if arguments.tensorboard:
        written["tensorboard"] = tensorboard.write_events(arguments.tensorboard, found)
    if arguments.json:
        print_json({name: {"path": str(asked[name]), "values": count} for name, count in written.items()})
    else:
        for name, count in written.items():
            print(f"{asked[name]}: {count:,} {'runs' if name == 'settings' else 'values'} of {len(found)} run(s)")
    return 0
