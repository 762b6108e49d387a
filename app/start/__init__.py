"""What a start needs before there is a window: a screen, Qt's application, other windows that are open."""
