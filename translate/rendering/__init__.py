"""What a person, or a program, needs to see of a result."""
