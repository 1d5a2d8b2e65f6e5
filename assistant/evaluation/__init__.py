"""How good the search and the answers are: metrics, data sets and `quoth eval`."""
