"""How can the target say this? Passes that fit policies to what a dialect can spell, one construct each."""
