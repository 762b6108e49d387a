"""The dialog that asks for a shared collection."""

from types import SimpleNamespace

from app.collection import dialog as module
from app.collection.asker import Looked
from app.collection.chosen import ChosenCollection
from app.collection.dialog import CollectionDialog


def test_a_collection_is_looked_at_though_the_system_gave_no_thread_before(qtbot, monkeypatch, no_thread):
    looked = []
    monkeypatch.setattr(module, "look", lambda target: looked.append(target) or Looked(target))
    encoder = SimpleNamespace(model_id="model", dim=4)
    dialog = CollectionDialog(ChosenCollection("http://host:1", "", ""), lambda: encoder)
    qtbot.addWidget(dialog)
    dialog.look()
    qtbot.waitUntil(lambda: "no thread here" in dialog.says.text())
    no_thread.undo()
    dialog.look()
    qtbot.waitUntil(lambda: len(looked) == 1 and not dialog._looking)
    assert dialog.says.text() != "Looking…"
