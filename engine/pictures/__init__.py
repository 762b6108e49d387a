"""One picture file: opened safely, whatever it is, and what it says of itself."""
