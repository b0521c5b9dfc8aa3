"""Template filters of consultation."""
