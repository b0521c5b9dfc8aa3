"""The top: the desk of each user; may use every app, none may use it."""
