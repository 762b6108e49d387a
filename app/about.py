"""What the program is, which version, and what it promises."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from app import phrases
from app.dialogs import close_button
from app.icons import app_icon
from app.version import program_version


class AboutDialog(QDialog):
    """Name, version, promise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About FFMLN"))
        symbol, title, text = QLabel(), QLabel(f"FFMLN {program_version()}"), QLabel()
        symbol.setPixmap(app_icon().pixmap(96, 96))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        title.setFont(font)
        text.setText(self.tr("Draw, and find your own photos.") + "\n\n" + phrases.privacy())
        text.setWordWrap(True)
        text.setMinimumWidth(420)
        buttons = close_button(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(10)
        for label in (symbol, title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addWidget(buttons)
