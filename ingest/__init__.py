"""Source text to passages: pure functions over text, no models, no network."""
