"""The passes: each takes the policies, what the target can say, and the report, and returns policies nearer to it."""
