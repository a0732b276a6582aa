"""What a live cluster tells of itself: read from its API server or from what kubectl prints, and kept as a folder."""
