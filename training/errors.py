"""What training raises. Each message is one sentence a person can act on."""


class TrainingError(Exception):
    """Something the person at the terminal can be told in one sentence."""
