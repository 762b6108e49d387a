"""The network as the program runs it: pictures in, unit vectors out."""
