"""YAML in and out as a Kubernetes API server reads it, with places for messages and comments that travel."""
