"""Passages to a searchable, durable index; a question to ranked hits."""
