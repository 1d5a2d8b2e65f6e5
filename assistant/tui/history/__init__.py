"""The view History: conversations of before."""
