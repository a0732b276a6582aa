"""The front end: texts become objects, objects of all dialects one policy set, what is stated of a cluster facts."""
