"""Forms of official documents."""
