"""The last drawings, and the photo that each one found."""
