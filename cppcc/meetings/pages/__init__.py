"""Pages of meetings, one file a matter."""
