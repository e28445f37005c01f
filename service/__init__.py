"""Answers with citations, over REST, a chat page and the shell."""
