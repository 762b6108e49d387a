"""Keeps the libraries the program stands on from speaking to anyone and from leaving traces elsewhere."""

import os

SWITCHES = {
    # ONNX Runtime 1.31 and later collects telemetry: it looks up an address at Microsoft, and writes a device
    # id and a database into the person's cache folder. It reads this when it is loaded, and only then.
    "ORT_DISABLE_TELEMETRY": "1",
    # pymilvus reads a file .env of any folder above its own into the environment.
    "PYTHON_DOTENV_DISABLED": "1",
}
"""Environment variables, by name, that must be set before a library is loaded."""


def silence_libraries() -> None:
    """Set SWITCHES for this process and those it starts, whatever they were."""
    os.environ.update(SWITCHES)
