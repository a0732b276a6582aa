"""Speed against what a user would pick instead: ratios within one run, never absolute times."""
