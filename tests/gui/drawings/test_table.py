"""The table of layers: its numbers, sorting, searching, copying, keys."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtSvg import QSvgGenerator
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT
from gui.views.table import TableView
from gui.views.table_rows import COLUMNS, as_csv, matches, rows
from tests.gui import samples
from tests.gui.drawings import graphs

_PLACE = {column.title: index for index, column in enumerate(COLUMNS)}


def test_rows_have_the_numbers_of_the_lecture() -> None:
    found = {row.node: row for row in rows(samples.lenet_graph())}
    conv = found["conv2"]
    said = {column.title: column.text(conv) for column in COLUMNS}
    assert said == {
        "#": "4", "Name": "conv2", "Operation": "Conv 5×5", "Input": "14×14×6", "Output": "10×10×16", "Kernel": "5×5",
        "Stride": "1", "Padding": "0", "Parameters": "2,416", "Multiply-adds": "240,000", "Receptive field": "14×14",
        "Jump": "2", "Offset": "−2", "Memory": "6.4 kB",
    }  # fmt: skip
    assert conv.memory == 4 * 16 * 10 * 10
    assert COLUMNS[_PLACE["Receptive field"]].text(found["dense1"]) == "all"
    joined = {row.node: row for row in rows(graphs.branches())}["inception3a.cat"]
    assert COLUMNS[_PLACE["Input"]].text(joined) == "16×16×16 + 3 more"


def test_csv_is_for_programs() -> None:
    found = list(csv.DictReader(io.StringIO(as_csv(rows(samples.lenet_graph())))))
    assert len(found) == 14
    assert found[4]["Output"] == "16x10x10"
    assert found[4]["Parameters"] == "2416"
    assert found[4]["Memory (bytes)"] == "6400"
    assert found[0]["Name"] == "input"


def test_a_query_fits_where_all_its_words_are() -> None:
    row = {row.node: row for row in rows(graphs.residuals())}["layer2.0.conv1"]
    assert matches(row, "")
    assert matches(row, "LAYER2 conv")
    assert matches(row, "conv 3x3")
    assert not matches(row, "layer3 conv")


@pytest.fixture
def view(qtbot: QtBot) -> TableView:
    graph = samples.lenet_graph()
    widget = TableView()
    qtbot.addWidget(widget)
    widget.resize(1528, 620)
    widget.set_graph(graph, samples.facts(graph))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def _nodes(view: TableView) -> list[str]:
    return [row.node for row in view.model.rows]


def _heading(view: TableView, title: str) -> QPoint:
    header = view.table.horizontalHeader()
    place = _PLACE[title]
    return QPoint(header.sectionViewportPosition(place) + header.sectionSize(place) // 2, header.height() // 2)


def test_a_click_on_a_title_sorts_and_another_turns_it_round(view: TableView, qtbot: QtBot) -> None:
    header = view.table.horizontalHeader().viewport()
    qtbot.mouseClick(header, Qt.MouseButton.LeftButton, pos=_heading(view, "Parameters"))
    assert _nodes(view)[:3] == ["dense1", "dense2", "conv2"]
    qtbot.mouseClick(header, Qt.MouseButton.LeftButton, pos=_heading(view, "Parameters"))
    assert _nodes(view)[-1] == "dense1"
    qtbot.mouseClick(header, Qt.MouseButton.LeftButton, pos=_heading(view, "Name"))
    assert _nodes(view) == sorted(_nodes(view))
    for title in _PLACE:
        view.sort(_PLACE[title], descending=True)
        assert len(_nodes(view)) == 14


def test_searching_keeps_the_marked_row_and_says_how_many_there_are(view: TableView, qtbot: QtBot) -> None:
    view.select("conv2")
    view.search.setFocus()
    qtbot.keyClicks(view.search, "conv")
    assert _nodes(view) == ["conv1", "conv2"]
    assert view.current == "conv2"
    assert view.found.text() == "2 of 14 layers"
    qtbot.keyClicks(view.search, " zzz")
    assert "No layer" in view.found.text()
    view.search.clear()
    assert len(_nodes(view)) == 14


def test_clicks_and_keys_pin_and_open(view: TableView, qtbot: QtBot) -> None:
    table = view.table
    index = view.model.index(view.model.row_of("pool2"), 1)
    with qtbot.waitSignal(view.pinned) as pinned:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
    assert pinned.args == ["pool2", 0, 0, 0]
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
    assert opened.args == ["pool2"]
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    with qtbot.waitSignal(view.pinned) as pinned:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert pinned.args[0] == "flatten"
    with qtbot.waitSignal(view.node_activated) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == ["flatten"]


def test_copying_takes_all_rows_or_those_that_are_marked(view: TableView, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 15
    view.table.setFocus()
    view.table.selectRow(1)
    view.table.selectionModel().select(
        view.model.index(4, 0),
        view.table.selectionModel().SelectionFlag.Select | view.table.selectionModel().SelectionFlag.Rows,
    )
    with qtbot.waitSignal(view.copied) as copied:
        qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied.args == [2]
    assert [line.split(",")[1] for line in QGuiApplication.clipboard().text().splitlines()] == [
        "Name",
        "conv1",
        "conv2",
    ]


def test_columns_give_way_where_there_is_no_room(view: TableView, qtbot: QtBot) -> None:
    assert not any(view.table.isColumnHidden(place) for place in range(len(COLUMNS)))
    view.resize(760, 400)
    assert view.table.isColumnHidden(_PLACE["Offset"])
    assert not view.table.isColumnHidden(_PLACE["Parameters"])
    qtbot.waitUntil(lambda: view.table.horizontalScrollBar().maximum() == 0)


def test_it_is_painted_in_both_themes_and_as_vectors(view: TableView, tmp_path) -> None:  # type: ignore[no-untyped-def]
    pictures = []
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        pictures.append(view.grab().toImage())
    assert pictures[0] != pictures[1]
    path = tmp_path / "table.svg"
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    with QPainter(generator) as painter:
        view.paint(painter)
    written = path.read_text()
    for text in ("Receptive field", "All layers", "61,706", "softmax"):
        assert text in written


def test_a_network_of_hundreds_of_layers_is_listed_at_once(view: TableView) -> None:
    view.set_graph(graphs.residuals((3, 8, 36, 3)), None)
    assert len(_nodes(view)) > 300
    view.sort(_PLACE["Multiply-adds"], descending=True)
    assert view.model.rows[0].multiply_adds >= view.model.rows[1].multiply_adds


def test_a_slash_goes_to_the_search_and_a_view_that_comes_to_the_front_has_the_keys(
    view: TableView, qtbot: QtBot
) -> None:
    qtbot.waitUntil(view.table.hasFocus)
    qtbot.keyClick(view.table, Qt.Key.Key_Slash)
    qtbot.waitUntil(view.search.hasFocus)
    qtbot.keyClicks(view.search, "pool")
    assert _nodes(view) == ["pool1", "pool2"]
