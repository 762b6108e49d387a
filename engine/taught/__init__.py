"""What a person teaches the program by finding photos."""
