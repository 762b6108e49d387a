"""The research side: PyTorch networks, losses, training, evaluation and export, behind `ffmln-train`."""

from engine.offline import silence_libraries

silence_libraries()  # before export loads ONNX Runtime
