"""The reader of `assistant/reader`: trained, exported and measured."""
