"""The report of a migration: one page in words, and its forms HTML, Markdown and JSON."""
