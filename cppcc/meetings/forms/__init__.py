"""Forms of meetings, one file a matter."""
