"""Pictures and drawings from files, and between Pillow and Qt."""
