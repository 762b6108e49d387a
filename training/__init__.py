"""The research side: PyTorch networks, losses, training, evaluation and export, behind `ffmln-train`."""
