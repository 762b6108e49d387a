"""What the window says: sentences, counted and translated, and names."""
