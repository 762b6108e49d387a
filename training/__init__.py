"""The research side: PyTorch networks, losses, training, evaluation and export, behind `ffmln-train`."""

import engine  # noqa: F401  first: it keeps ONNX Runtime, which export loads, from telling of its use
