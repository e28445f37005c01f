"""Known question-answer pairs, measures and the batch runner."""
