"""Measurements of Quoth against simpler systems, with their results by commit."""
