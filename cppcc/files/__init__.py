"""Stored files: checked on the way in, named by UUID, handed out only to those who may see their matter."""
