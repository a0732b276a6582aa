"""The command line: options become arguments of the library, results become text, files and exit codes."""
