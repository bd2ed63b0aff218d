"""Makes packages/learn/test/golden/tensorboard.tfevents with TensorBoard's own writer.

    python3 -m venv venv && venv/bin/pip install tensorboard==2.21.0
    venv/bin/python scripts/goldens/learn-event-file.py packages/learn/test/golden
"""

import sys
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

events = [
    Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    Event(
        wall_time=1700000001.5,
        step=1,
        summary=Summary(
            value=[
                Summary.Value(tag="Loss/train_loss", simple_value=0.7),
                Summary.Value(tag="valid_é", simple_value=float("inf")),
            ]
        ),
    ),
    Event(wall_time=1700000002.0, step=300, summary=Summary(value=[Summary.Value(tag="x", simple_value=-1.5)])),
    Event(wall_time=1700000003.0, step=2**40, summary=Summary(value=[Summary.Value(tag="t" * 200, simple_value=0.0)])),
]
with open(Path(sys.argv[1]) / "tensorboard.tfevents", "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
    writer.flush()
