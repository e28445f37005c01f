"""Other toolkits beside Ibid: same model, same questions, same measure. See ``python -m benchmarks.peers --help``."""
