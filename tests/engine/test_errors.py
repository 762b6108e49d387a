"""Why the system refused something."""

import errno

import pytest

from engine.errors import cause


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EACCES, "Keine Berechtigung"), "Permission denied"),
        (
            OSError(errno.ENOSPC, "Auf dem Gerät ist kein Speicherplatz mehr verfügbar"),
            "No space left on device",
        ),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link"),
        (OSError("no number"), "unknown error"),
    ],
)
def test_what_is_usual_is_said_in_english_whatever_the_system_speaks(error, said):
    assert cause(error) == said
