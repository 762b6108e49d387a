"""The window's side of the library: its folders, and what a person does with what is remembered of them."""
