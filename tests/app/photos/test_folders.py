"""The folders that are looked into: the button and its tree, by keys and pointer."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.photos.folders import FolderButton
from engine.search.spread import Spread

HOLIDAYS, FAMILY = Path("Holidays"), Path("Family")
ITALY, NORWAY = HOLIDAYS / "Italy", HOLIDAYS / "Norway"
COUNTS = {FAMILY: 5, HOLIDAYS: 220, ITALY: 180, NORWAY: 40}
SPREAD = Spread(folders=COUNTS, photos=300, weights={HOLIDAYS: 4.0, ITALY: 3.0})

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen screen has little


@pytest.fixture
def button(qtbot):
    made = FolderButton()
    qtbot.addWidget(made)
    made.show_spread(SPREAD)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    if made._tree is not None:
        made._tree.close()


@pytest.fixture
def tree(button):
    QTest.keyClick(button, Qt.Key.Key_Return)
    return button._tree


def ticked(tree) -> set[Path]:
    return {path for path, item in tree._items.items() if item.checkState(0) == Qt.CheckState.Checked}


def tick(tree, path: Path, on: bool = True) -> None:
    tree._items[path].setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def test_the_tree_holds_all_folders_with_their_counts_and_shares(tree):
    rows = {path: (item.text(0), item.text(1)) for path, item in tree._items.items()}
    assert rows == {
        Path(): ("All folders", "300"),
        FAMILY: ("Family", "5"),
        HOLIDAYS: ("Holidays", "220"),
        ITALY: ("Italy", "180"),
        NORWAY: ("Norway", "40"),
    }
    shares = [tree._items[path].data(1, Qt.ItemDataRole.UserRole + 1) for path in (HOLIDAYS, ITALY, NORWAY)]
    assert shares == [1.0, 0.75, 0.0]
    assert tree._items[ITALY].parent() is tree._items[HOLIDAYS]
    assert ticked(tree) == {Path()}


def test_the_tree_is_as_high_as_the_rows_that_can_be_seen_and_follows_them(tree):
    def blank() -> int:
        rows = tree.tree
        last = rows.model().index(0, 0)
        while rows.indexBelow(last).isValid():
            last = rows.indexBelow(last)
        return rows.viewport().height() - rows.visualRect(last).bottom()

    QApplication.processEvents()
    assert 0 <= blank() < 6
    top = tree.geometry().top()
    tree._items[HOLIDAYS].setExpanded(True)
    QApplication.processEvents()
    assert 0 <= blank() < 6
    assert abs(tree.geometry().top() - top) < 4  # it hangs on its button


def test_folders_are_chosen_by_keys_alone_and_named_on_the_button(button, tree, qtbot):
    keys = Qt.Key
    for key in (keys.Key_Down, keys.Key_Down, keys.Key_Right, keys.Key_Down):
        QTest.keyClick(tree.tree, key)
    with qtbot.waitSignal(button.changed):
        QTest.keyClick(tree.tree, keys.Key_Space)
    assert button.chosen == (ITALY,)
    assert ticked(tree) == {ITALY}
    QTest.keyClick(tree.tree, keys.Key_Up)
    QTest.keyClick(tree.tree, keys.Key_Up)
    QTest.keyClick(tree.tree, keys.Key_Space)
    assert button.chosen == (FAMILY, ITALY)
    assert button.accessibleName() == "Folders looked into: Family, Italy"
    assert button.text().startswith("Family, It")
    QTest.keyClick(tree.tree, keys.Key_Escape)
    assert button._tree is None
    QTest.keyClick(button, keys.Key_Escape)
    assert button.chosen == ()
    assert button.text().startswith("All folders")


def test_enter_held_opens_the_tree_once_and_once_held_closes_it(button, tree):
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(tree.tree, held)
    assert button._tree is tree
    QTest.keyClick(tree.tree, Qt.Key.Key_Return)
    QApplication.sendEvent(button, held)
    assert button._tree is None


def test_a_folder_stands_for_all_below_it(button, tree):
    tick(tree, ITALY)
    tick(tree, NORWAY)
    tick(tree, HOLIDAYS)
    assert (button.chosen, ticked(tree)) == ((HOLIDAYS,), {HOLIDAYS})
    tick(tree, ITALY)
    assert (button.chosen, ticked(tree)) == ((ITALY,), {ITALY})
    tick(tree, ITALY, on=False)
    assert (button.chosen, ticked(tree)) == ((), {Path()})


def test_all_folders_takes_every_tick_away(button, tree):
    tick(tree, ITALY)
    tick(tree, FAMILY)
    tick(tree, Path())
    assert (button.chosen, ticked(tree)) == ((), {Path()})


def test_what_was_chosen_is_ticked_and_in_sight_when_the_tree_opens_again(button):
    button.choose([ITALY])
    button.open_tree()
    assert ticked(button._tree) == {ITALY}
    assert button._tree._items[HOLIDAYS].isExpanded()


def test_counts_follow_while_the_tree_is_open(button, tree):
    tick(tree, ITALY)
    button.show_spread(Spread(folders={**COUNTS, FAMILY: 6}, photos=301))
    assert tree._items[FAMILY].text(1) == "6"
    button.show_spread(Spread(folders={**COUNTS, Path("New"): 1}, photos=302))
    assert tree._items[Path("New")].text(0) == "New"
    assert ticked(tree) == {ITALY}


def test_what_is_open_stays_so_when_folders_come(button, tree):
    tree._items[HOLIDAYS].setExpanded(True)
    tree.tree.setCurrentItem(tree._items[ITALY])
    button.show_spread(Spread(folders={**COUNTS, Path("New"): 1}, photos=302))
    assert tree._items[HOLIDAYS].isExpanded()
    assert not tree._items[ITALY].isExpanded()
    assert tree.tree.currentItem() is tree._items[ITALY]


@pytest.mark.parametrize("counts", [COUNTS, {**COUNTS, Path("New"): 1}])
def test_a_folder_that_was_closed_over_a_tick_stays_closed(button, tree, counts):
    tick(tree, ITALY)
    tree._items[HOLIDAYS].setExpanded(False)
    button.show_spread(Spread(folders=counts, photos=303))
    assert not tree._items[HOLIDAYS].isExpanded()
    tick(tree, FAMILY)
    assert not tree._items[HOLIDAYS].isExpanded()
    assert ticked(tree) == {ITALY, FAMILY}


def test_without_folders_there_is_nothing_to_choose_unless_something_is_chosen(button):
    button.show_spread(Spread())
    assert not button.has_folders
    button.choose([ITALY])
    assert button.has_folders
    button.clear()
    assert (button.has_folders, button.chosen) == (False, ())


def test_a_name_is_shown_as_it_is(button):
    button.choose([Path("R&D <b>\u202e")])
    assert "R&&D <b>" in button.text()
    assert "\u202e" not in button.text()


def test_folders_that_are_on_are_counted_only_for_a_tree_that_is_up(button, monkeypatch):
    asked, within = [], Spread.within
    monkeypatch.setattr(Spread, "within", lambda *args: asked.append(args) or within(*args))
    button.show_spread(SPREAD, [FAMILY])
    assert (button.has_folders, asked) == (True, [])
    button.open_tree()
    assert [item.text(1) for item in button._tree._items.values()] == ["5", "5"]
    button.show_spread(SPREAD, [ITALY])
    assert button._tree._items[Path()].text(1) == "180"
    button.show_spread(SPREAD, [Path("Empty")])
    assert not button.has_folders
