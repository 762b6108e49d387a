"""The open folder at work."""
