"""The console script: importing this module has checked whose code it is about to run."""

from __future__ import annotations

from translate.__main__ import main as main

if __name__ == "__main__":
    main()
