"""Photos beside the drawing, in the strip under the paper, and pictures from elsewhere."""
