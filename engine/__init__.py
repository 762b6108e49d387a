"""Everything without a screen: drawings, photos, the encoder, the index and the library that joins them.

The names below are the public face. They load on first use, so that `import engine` alone needs neither
ONNX Runtime nor hnswlib, and training can share `engine.preprocess` on a machine that has neither.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.offline import silence_libraries

silence_libraries()

if TYPE_CHECKING:
    from engine.encoding.encoder import Encoder
    from engine.errors import EngineError
    from engine.library import Hit, Library, Progress, Report
    from engine.sketches.drawing import Stroke

__all__ = ["Encoder", "EngineError", "Hit", "Library", "Progress", "Report", "Stroke"]

_HOME = {
    "Stroke": "engine.sketches.drawing",
    "Encoder": "engine.encoding.encoder",
    "EngineError": "engine.errors",
    "Hit": "engine.library",
    "Library": "engine.library",
    "Progress": "engine.library",
    "Report": "engine.library",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module it lives in."""
    if name not in _HOME:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
