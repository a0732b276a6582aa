"""The public API of ``translate``, imported only if that package is ours and whole.

    import netpol_translate
    result = netpol_translate.convert(open("policies.yaml"), to="calico")

The same objects under a name that no other distribution has. Raises ``InstallationError``, an ImportError of one
line, before any code of another package ``translate`` has run; the console script says that line and exits with 2.
"""

from __future__ import annotations

import os
import sys

from netpol_translate import starting

if starting.is_command(sys.argv, sys.orig_argv):
    starting.stop_quietly()

from netpol_translate import installation

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

if not installation.is_ours(_ROOT):
    from netpol_translate import diagnosis

    raise diagnosis.refusal(_ROOT)

import translate  # noqa: E402  only now: importing a package runs it
from translate import __version__ as __version__  # noqa: E402

TYPE_CHECKING = False  # type checkers take it for true; `typing` is slow to load
if TYPE_CHECKING:
    from translate import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        # Nothing is imported before it is used, as in `translate` itself; type checkers read the line above.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(translate, name)


__all__: list[str] = []
__all__ += translate.__all__
