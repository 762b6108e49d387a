"""What stands around paper and photos in the window: bars, the border, what is dropped, how it was left."""
