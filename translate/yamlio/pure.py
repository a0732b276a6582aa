"""PyYAML's own parser, for the rare Python without the libyaml binding: the same events, twenty times slower."""

from __future__ import annotations

import re

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
        try:
            event: Event | None = super().get_event()
        except (ValueError, OverflowError):  # an escape above U+10FFFF
            raise ScannerError(None, None, _ESCAPE, self.get_mark()) from None
        if isinstance(event, ScalarEvent) and _HALF.search(event.value):
            raise ScannerError(None, None, _ESCAPE, event.start_mark)
        return event

    def get_token(self) -> Token | None:
        """The next token, None after the last; YAMLError where the text is no YAML."""
        try:
            token: Token | None = super().get_token()
        except (ValueError, OverflowError):
            raise ScannerError(None, None, _ESCAPE, self.get_mark()) from None
        return token
