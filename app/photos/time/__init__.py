"""The strip of time under the photos."""
