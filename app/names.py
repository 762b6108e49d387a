"""Names of files and folders as the window shows them: as text, whatever stands in them."""

from html import escape

from engine.visible import visible


def tip(*lines: str) -> str:
    """Return lines of plain text for a tooltip, which would take some names for HTML."""
    shown = [visible(line) for line in lines]
    if not any("<" in line or "&" in line for line in shown):
        return "\n".join(shown)
    return "<qt>" + "<br>".join(escape(line) for line in shown) + "</qt>"
