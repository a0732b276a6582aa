"""How a snapshot is known: the names of its files, and the first line of the one that says what it is."""

MARK, FACTS = "snapshot.yaml", "facts.yaml"
SCHEMA_LINE = "schema: netpol-translate/snapshot/v1\n"
