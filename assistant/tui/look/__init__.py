"""Themes, keys and help."""
