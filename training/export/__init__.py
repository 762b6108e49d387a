"""The ONNX file."""
