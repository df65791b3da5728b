"""A picture of the user's own is brought to the network's size as those it learned from were."""

from __future__ import annotations

import io
from pathlib import Path

import PIL.Image
import pytest

from engine.messages import Open, ShowFile, Watch
from engine.session import Session
from tests.engine.session.conftest import Viewer
from tests.engine.standin import bars, write_idx


def _shirt() -> bytes:
    """Something dark that fills a light picture from edge to edge."""
    image = PIL.Image.new("L", (112, 112), 250)
    image.paste(40, (0, 0, 112, 56))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("dataset", "as_it_is"), [("fashion-mnist", True), ("mnist", False)])
def test_only_digits_are_cut_out_turned_light_and_centred(
    session: Session, viewer: Viewer, data_root: Path, dataset: str, as_it_is: bool
) -> None:
    write_idx(data_root, bars(), name=dataset)
    session.start()
    session.send(Open("lenet-relu", dataset, device="cpu"))
    session.send(Watch(("conv1",)))
    session.send(ShowFile(data=_shirt()))
    picture = viewer.snapshot(lambda one: one.sample.split == "picture").sample.picture[0]
    assert picture.shape == (28, 28)
    assert (picture[2, 14] == 40 and picture[25, 14] == 250) == as_it_is
