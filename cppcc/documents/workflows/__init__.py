"""How documents move."""
