"""What is kept between runs, and what went wrong: files beside the program's other state."""
