"""Excel in and out: the one way of every list, export and import."""
