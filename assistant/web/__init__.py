"""The chat in a browser: a server around textual-serve, and who may use it."""
