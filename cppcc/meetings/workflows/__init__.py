"""Workflows of meetings."""
