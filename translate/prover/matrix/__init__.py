"""Who may reach whom: pods in groups that policies cannot tell apart, and what gets through between each two."""
