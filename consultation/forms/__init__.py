"""The forms of the pages, one file a matter."""
