"""What comes from mouse, wheel, fingers and keyboard, whatever part of the window it is meant for."""
