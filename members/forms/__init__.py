"""Forms of members, one file a matter."""
