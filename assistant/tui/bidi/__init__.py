"""Right-to-left text in the order in which it is seen."""
