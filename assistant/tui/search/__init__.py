"""The view Search: passages while one types."""
