"""What passes between the program and the desktop around it."""
