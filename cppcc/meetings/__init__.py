"""Meetings: whatever people are invited to, answer, attend and are credited for."""
