r"""Regular expressions of HTTP rules, which Go (RE2) compiles: read here by Python's, close but not the same.

What only RE2 knows is put into Python's words first, what only Python knows is refused. The rest differs in corners
(the inside of ``[[:alpha:]]`` and ``\p{…}`` is taken on trust), so a bad expression may pass; a good one does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from translate.core.patterns import pattern

_TOKEN = pattern(
    r"""
      (?P<literal> \\Q.*?(?:\\E|\Z) )
    | (?P<class>   \[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*+\] )
    | (?P<symbol>  \\[pP](?:\{\^?\w+\}|\w) | \\x\{[0-9A-Fa-f]+\} | \\[1-7][0-7]{1,2} | \\C )
    | (?P<anchor>  [\^$] | \\[AzbB] )
    | (?P<flags>   \(\?[imsU]*(?:-[imsU]+)?\) )
    | (?P<group>   \(\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?:) )
    | (?P<look>    \(\?(?:<?[=!]) )
    | (?P<back>    \\[1-9] | \(\?P= )
    | (?P<foreign> \\[ZuUN] | \(\? | (?:[*+?]|\{\d+(?:,\d*)?\})\+ )
    | (?P<count>   \{\d+(?:,\d*)?\} )
    | (?P<other>   \\.|. )
    """,
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {
    "look": "it looks ahead or behind",
    "back": "it refers back to a group",
    "foreign": "it uses what only other languages know",
}
_STAND_INS = {"literal": "(?:a)", "symbol": "a", "anchor": "a", "flags": "", "group": "("}
"""What stands in for a token: it can be repeated where the token can."""

_ODD_IN_CLASS = ("[", "&&", "||", "~~", "--", "\\p", "\\P", "\\x{")
_MOST_REPEATED = 1000
_LONGEST = 10_000


@lru_cache(maxsize=4096)
def regex_problem(text: str) -> str | None:
    """Why ``text`` is no regular expression to Go; a clause that reads on from it."""
    if len(text) > _LONGEST:
        return f"must have no more than {_LONGEST} characters"
    for kind, why in _REFUSED.items():
        if any(token.lastgroup == kind for token in _TOKEN.finditer(text)):
            return f"must be a regular expression of Go (RE2): {why}"
    try:
        re.compile("".join(_in_python(token) for token in _TOKEN.finditer(text)))
    except (re.error, RecursionError, OverflowError) as error:
        glob = text.startswith("*") or "/*" in text
        return f"must be a regular expression: {error}" + ("; anything is .*, not *" if glob else "")
    return None


def _in_python(token: re.Match[str]) -> str:
    kind, text = token.lastgroup or "", token.group()
    if kind == "class":
        return "[a]" if any(odd in text[1:] for odd in _ODD_IN_CLASS) else text
    if text == "[":
        raise re.error("a [ without its ]")
    if kind == "count" and any(len(bound) > 8 or int(bound) > _MOST_REPEATED for bound in re.findall(r"\d+", text)):
        raise re.error(f"repeats more than {_MOST_REPEATED} times")
    return _STAND_INS.get(kind, text)
