"""Reading, chunking, indexing and searching documents; knows nothing of answers."""
