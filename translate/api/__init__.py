"""The pipeline: where the stages meet."""
