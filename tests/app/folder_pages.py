"""The list of folders over the window, as tests reach it."""

from app.library.folder_list import FolderList

from .conftest import no_longer_busy


def settled(window, photos: int):
    def check() -> bool:
        return no_longer_busy(window) and window.session.state.photos == photos

    return check


def page(window) -> FolderList:
    return next(one for one in window.findChildren(FolderList) if one.isVisible())


def entries(row) -> dict[str, object]:
    row.menu.aboutToShow.emit()
    return {one.text().replace("&", ""): one for one in row.menu.actions() if not one.isSeparator()}
