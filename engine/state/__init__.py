"""What is kept on the disk about photos: the catalog, vectors, thumbnails and what the person chose."""
