"""How the window looks: light and dark, inks, icons, text that fits."""
