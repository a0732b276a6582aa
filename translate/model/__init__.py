"""The meaning of policies as frozen values: knows the world, not the dialects."""
