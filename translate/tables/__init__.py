"""The facts of ``mappings/`` as typed, frozen records, read once."""
