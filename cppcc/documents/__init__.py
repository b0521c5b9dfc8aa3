"""Official documents: content, fonts, and typesetting after GB/T 9704."""
