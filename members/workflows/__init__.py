"""Workflows of members."""
