"""Leaf values every stage may use: where a thing came from, and what was said about it."""
