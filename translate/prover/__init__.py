"""Is it the same, and if not, which packet differs? Knows the model alone; shares no code with plan or emit."""
