"""How what stands among the dates moves."""
