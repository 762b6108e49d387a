import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from app.drawing.tool_bar import ToolBar, from_slider, to_slider
from engine.sketches.drawing import THICKEST, THINNEST


@pytest.mark.parametrize(("width", "rows"), [(220, 2), (500, 1)])
def test_nothing_of_the_tools_is_cut_off_however_narrow_the_paper_is(qtbot, width, rows):
    bar = ToolBar([QAction(name) for name in "pesl"], [QAction(name) for name in "urc"])
    host = QWidget()
    qtbot.addWidget(host)
    bar.setParent(host)
    host.resize(width, 200)
    bar.resize(width, 40)
    with qtbot.waitExposed(host):
        host.show()
    bar.resize(width, bar.sizeHint().height())
    buttons = bar.findChildren(QToolButton)
    places = [button.geometry().translated(button.parentWidget().pos()) for button in buttons]
    assert len(buttons) == 7
    assert all(bar.rect().contains(place) for place in places)
    assert len({place.center().y() for place in places}) == rows
    assert bar.slider.width() >= 48


def test_the_slider_goes_from_the_thinnest_to_the_thickest_pen_and_back():
    assert [to_slider(THINNEST), to_slider(THICKEST)] == [0, 100]
    assert to_slider(from_slider(37)) == 37
