"""Answering questions in the documents' own words, with citations."""
