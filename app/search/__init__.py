"""The search that follows the pen, and what is said, narrowed and learned with it."""
