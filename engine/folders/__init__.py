"""Photo folders on the disk: walked, watched, and what is left out of them."""
