"""The tables of transitions, one file a matter."""
