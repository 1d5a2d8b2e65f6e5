"""The text of a source: laid out, drawn, lit and selected."""
