"""Long work as rows: kind, arguments, progress, lease, owner."""
