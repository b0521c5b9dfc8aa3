"""The consultation forum: what its rule set makes of steps, gates, people, speeches, papers and outcomes."""
