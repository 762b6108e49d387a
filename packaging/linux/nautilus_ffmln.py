"""Files (Nautilus) offers "Search by drawing here" on folders, through nautilus-python."""

import locale
import subprocess

from gi.repository import GObject, Nautilus

_LABELS = {"de": "Hier durch Zeichnen suchen"}


class SearchByDrawing(GObject.GObject, Nautilus.MenuProvider):
    """Adds the entry to the menu of chosen folders, and to that of the folder that is shown."""

    def get_file_items(self, *arguments):
        """Return the entry where only folders are chosen; the window was among the arguments once."""
        files = arguments[-1]
        return self._items("folders", files) if files and all(one.is_directory() for one in files) else []

    def get_background_items(self, *arguments):
        """Return the entry for the folder that is shown."""
        return self._items("background", [arguments[-1]])

    def _items(self, where, folders):
        language = (locale.getlocale()[0] or "en").split("_")[0]
        label = _LABELS.get(language, "Search by drawing here")
        item = Nautilus.MenuItem(name=f"FFMLN::{where}", label=label, icon="ffmln")
        item.connect("activate", lambda _: subprocess.Popen(["ffmln", *(one.get_uri() for one in folders)]))
        return [item]
