"""Curves of runs as TensorBoard event files. Needs the optional extra `tensorboard`, imported when it is asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.exports.tables import Exported, ExportError
from engine.files import told
from engine.messages.compare import NO_TENSORBOARD, Table


def write_events(folder: Path, runs: Sequence[Exported]) -> int:
    """Write a folder for each run below `folder`, as `tensorboard --logdir FOLDER` reads them; returns how many values.

    Tags are loss/train, loss/test, accuracy/train and accuracy/test (TensorBoard draws those with one prefix in one
    chart's group), and the settings as text. Wall times are those of training. ExportError if the package is missing
    or nothing can be written.
    """
    writer_class, event_class, summary_class = _parts()
    count = 0
    try:
        for run in runs:
            writer = writer_class(str(folder / run.name))
            try:
                for step, event in _events(run, event_class, summary_class):
                    del step
                    writer.add_event(event)
                    count += len(event.summary.value)
            finally:
                writer.close()
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {told(error, folder)}") from error
    return count


def _parts() -> tuple[Any, Any, Any]:
    """(EventFileWriter, Event, Summary) of the tensorboard package."""
    try:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as error:
        raise ExportError(NO_TENSORBOARD) from error
    return EventFileWriter, Event, Summary


def _events(run: Exported, event_class: Any, summary_class: Any) -> list[tuple[int, Any]]:
    """All events of a run in the order of their steps."""
    found = []
    if run.settings is not None:
        found.append((0, _text_event(run, event_class, summary_class)))
    tables: tuple[tuple[str, Table], ...] = (("train", run.train), ("test", run.held))
    for split, table in tables:
        for row in table.tolist():
            step, _, loss, accuracy, seconds = row[:5]
            values = [
                summary_class.Value(tag=f"{name}/{split}", simple_value=value)
                for name, value in (("loss", loss), ("accuracy", accuracy))
                if math.isfinite(value)
            ]
            event = event_class(wall_time=run.started + seconds, step=int(step), summary=summary_class(value=values))
            found.append((int(step), event))
    return sorted(found, key=lambda pair: pair[0])


def _text_event(run: Exported, event_class: Any, summary_class: Any) -> Any:
    """The settings as a table in Markdown, for TensorBoard's text tab."""
    from tensorboard.compat.proto.summary_pb2 import SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

    assert run.settings is not None
    lines = ["| setting | value |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in asdict(run.settings).items() if value is not None]
    tensor = TensorProto(
        dtype="DT_STRING",
        string_val=["\n".join(lines).encode()],
        tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]),
    )
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    value = summary_class.Value(tag="settings/text_summary", metadata=metadata, tensor=tensor)
    return event_class(wall_time=run.started, step=0, summary=summary_class(value=[value]))
