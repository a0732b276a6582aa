"""PyYAML's own parser, for the rare Python without the libyaml binding: the same events, twenty times slower."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from yaml.events import Event, ScalarEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import Token

_HALF = re.compile("[\ud800-\udfff]")
_ESCAPE = "found invalid Unicode character escape code"


class PureParser(Reader, Scanner, Parser):
    """The pure Python parser behind the interface of ``CParser``, refusing the escapes that libyaml refuses."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def get_event(self) -> Event | None:
        """The next event, None after the last; YAMLError where the text is no YAML."""
        event: Event | None = self._checked(super().get_event)
        if isinstance(event, ScalarEvent) and _HALF.search(event.value):
            raise ScannerError(None, None, _ESCAPE, self.get_mark())
        return event

    def get_token(self) -> Token | None:
        """The next token, None after the last; YAMLError where the text is no YAML."""
        token: Token | None = self._checked(super().get_token)
        return token

    def _checked(self, following: Callable[[], Any]) -> Any:
        try:
            return following()
        except (ValueError, OverflowError):  # an escape above U+10FFFF
            raise ScannerError(None, None, _ESCAPE, self.get_mark()) from None
