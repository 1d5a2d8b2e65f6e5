"""The view Ask: questions, answers as cards, and the source beside them."""
