"""A plan of probes: which pods to make, whom they try to reach, and what must come of it."""
