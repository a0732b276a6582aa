"""The values of one label key, cut into the few classes that the mentioned constants can tell apart.

Each class comes with an example. Exact values alone need no more than "absent", each value, and "another value". With
prefixes, suffixes and substrings a product automaton is walked breadth first (a trie for exact values and prefixes,
Aho-Corasick for substrings and suffixes): every truth vector that some legal label value has is a class, and its
shortest value the example. The classes are disjoint and exhaustive, so a proof over them is a proof over all values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from msgspec import Struct, field

from translate.model.selectors import Atom, Contains, EndsWith, Exists, In, StartsWith
from translate.prover.budget import Budget

ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
LONGEST = 63
"""Label values have at most 63 characters, of [A-Za-z0-9._-], alphanumeric at both ends (API conventions, labels)."""


class ValueConstants(Struct, frozen=True):
    """What the selectors say about one label key."""

    exact: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    infixes: frozenset[str] = frozenset()

    @property
    def has_patterns(self) -> bool:
        """Whether anything but whole values is mentioned."""
        return bool(self.prefixes or self.suffixes or self.infixes)


def gather(atoms: Iterable[Atom]) -> ValueConstants:
    """Collect the constants of ``atoms``, all of one label key."""
    exact: set[str] = set()
    prefixes: set[str] = set()
    suffixes: set[str] = set()
    infixes: set[str] = set()
    for atom in atoms:
        match atom:
            case In(_, values):
                exact.update(values)
            case StartsWith(_, text):
                prefixes.add(text)
            case EndsWith(_, text):
                suffixes.add(text)
            case Contains(_, text):
                infixes.add(text)
            case Exists():
                pass
    return ValueConstants(frozenset(exact), frozenset(prefixes), frozenset(suffixes), frozenset(infixes))


def legal(value: str) -> bool:
    """Whether a label can have this value (API conventions, labels)."""
    if value == "":
        return True
    inner = value.replace("-", "").replace("_", "").replace(".", "")
    ends = value[0] in ALPHANUMERIC and value[-1] in ALPHANUMERIC
    return len(value) <= LONGEST and ends and (inner.isascii() and inner.isalnum())


def examples(constants: ValueConstants, budget: Budget, *, may_be_empty: bool = True) -> list[str]:
    """One legal value per class, the class of "any other value" last where only whole values are mentioned.

    ``may_be_empty``: labels have empty values, names do not; a class that has more than that needs another example.
    """
    if not constants.has_patterns:
        mentioned = sorted(value for value in constants.exact if legal(value) and (value or may_be_empty))
        budget.spend(len(mentioned))
        return [*mentioned, fresh(mentioned)]
    found = _Walk(constants, budget, may_be_empty).run()
    return sorted(found, key=lambda value: (value not in constants.exact, len(value), value))


def fresh(mentioned: Iterable[str], stem: str = "other") -> str:
    """A legal value that is none of ``mentioned``."""
    taken = set(mentioned)
    if stem not in taken:
        return stem
    return next(f"{stem}{number}" for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)


State = tuple[int, int, int, int, bool]
"""Node of the substring automaton, node of the trie (-1: left), substrings seen, prefixes seen, may end here."""


class _Walk(Struct):
    constants: ValueConstants
    budget: Budget
    may_be_empty: bool
    trie: list[dict[str, int]] = field(default_factory=lambda: [{}])
    ends: dict[int, int] = field(default_factory=dict)
    prefix_at: dict[int, int] = field(default_factory=dict)
    goto: list[dict[str, int]] = field(default_factory=lambda: [{}])
    fail: list[int] = field(default_factory=list)
    infix_at: list[int] = field(default_factory=list)
    suffix_at: list[int] = field(default_factory=list)

    def run(self) -> list[str]:
        self._build()
        used = "".join(
            [*self.constants.exact, *self.constants.prefixes, *self.constants.suffixes, *self.constants.infixes]
        )
        alphabet = sorted({c for c in used if c in ALPHANUMERIC or c in "-_."})
        alphabet += [c for c in ALPHANUMERIC if c not in used][:1] + [c for c in "-_." if c not in used][:1]
        start: State = (0, 0, self.infix_at[0], self.prefix_at.get(0, 0), self.may_be_empty)
        word = {start: ""}
        queue = deque([start])
        classes: dict[tuple[int, int, int, int], str] = {}
        while queue:
            state = queue.popleft()
            text = word[state]
            automaton, node, infixes, prefixes, may_end = state
            if may_end:
                classes.setdefault((self.ends.get(node, -1), prefixes, infixes, self.suffix_at[automaton]), text)
            if len(text) == LONGEST:
                continue
            for character in alphabet:
                if not text and character not in ALPHANUMERIC:
                    continue
                following = self._step(state, character)
                if following not in word:
                    self.budget.spend()
                    word[following] = text + character
                    queue.append(following)
        return list(classes.values())

    def _step(self, state: State, character: str) -> State:
        automaton, node, infixes, prefixes, _ = state
        automaton = self._advance(automaton, character)
        node = self.trie[node].get(character, -1) if node >= 0 else -1
        return (
            automaton,
            node,
            infixes | self.infix_at[automaton],
            prefixes | self.prefix_at.get(node, 0),
            character in ALPHANUMERIC,
        )

    def _advance(self, node: int, character: str) -> int:
        while node and character not in self.goto[node]:
            node = self.fail[node]
        return self.goto[node].get(character, 0)

    def _build(self) -> None:
        for number, text in enumerate(sorted(self.constants.exact)):
            self.ends[_insert(self.trie, text)] = number
        for number, text in enumerate(sorted(self.constants.prefixes)):
            node = _insert(self.trie, text)
            self.prefix_at[node] = self.prefix_at.get(node, 0) | 1 << number
        infix_at: dict[int, int] = {}
        suffix_at: dict[int, int] = {}
        for table, texts in ((infix_at, self.constants.infixes), (suffix_at, self.constants.suffixes)):
            for number, text in enumerate(sorted(texts)):
                node = _insert(self.goto, text)
                table[node] = table.get(node, 0) | 1 << number
        size = len(self.goto)
        self.infix_at = [infix_at.get(node, 0) for node in range(size)]
        self.suffix_at = [suffix_at.get(node, 0) for node in range(size)]
        self.fail = [0] * size
        queue = deque(self.goto[0].values())
        while queue:
            node = queue.popleft()
            for character, child in self.goto[node].items():
                back = self._advance(self.fail[node], character)
                self.fail[child] = 0 if back == child else back
                queue.append(child)
            self.infix_at[node] |= self.infix_at[self.fail[node]]
            self.suffix_at[node] |= self.suffix_at[self.fail[node]]
        for node in range(1, size):
            self.infix_at[node] |= self.infix_at[0]
            self.suffix_at[node] |= self.suffix_at[0]


def _insert(trie: list[dict[str, int]], text: str) -> int:
    node = 0
    for character in text:
        if character not in trie[node]:
            trie[node][character] = len(trie)
            trie.append({})
        node = trie[node][character]
    return node
