"""A photographed paper drawing, made a clean picture. Needs OpenCV where it finds and cleans pages."""
