"""One module for each system that is compared; each runs in an environment of its own."""
