"""The collection that several machines share, as the window searches it."""
