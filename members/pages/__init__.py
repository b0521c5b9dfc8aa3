"""Pages of members, one file a matter."""
