"""The console script: answers what it can before anything heavy is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from translate import __version__

        print(f"netpol-translate {__version__}")
        return
    from translate.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
