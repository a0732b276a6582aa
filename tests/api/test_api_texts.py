"""What two inputs have in common is read once, and with ``cache`` not again; the answer is the same."""

from __future__ import annotations

import cProfile
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import translate
from tests.passes.fitting import text
from translate.api.text_folder import FEWEST, Texts
from translate.dialects import get
from translate.dialects.kubernetes.validate import problems
from translate.frontend.intake import take_in
from translate.frontend.sources import Source
from translate.rendering import json as json_report
from translate.yamlio.pieces import TextPiece

COUNT = FEWEST + 100


def policies(ports: dict[int, int] | None = None) -> str:
    """Policies of as many pods, each with a port; comments and an empty document among them."""
    told = [
        text(
            "kubernetes",
            f"podSelector: {{matchLabels: {{app: a{number}}}}}, "
            f"ingress: [{{ports: [{{port: {(ports or {}).get(number, 80)}}}]}}]",
            f"name: p{number}, namespace: n{number % 7}",
        )
        for number in range(COUNT)
    ]
    return "---\n".join(["# all of them\n", *told])


BEFORE, AFTER = policies(), policies({150: 81})


def told(proof: translate.Verification) -> str:
    return json_report.text(json_report.of_verification(proof))


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.texts.json"))


class Counting(Texts):
    """Counts the pieces that are read anew."""

    learnt = 0

    def learn(self, text: str, piece: TextPiece) -> None:
        super().learn(text, piece)
        self.learnt += 1


def read(texts: Texts, *given: str) -> list[Any]:
    found = take_in(tuple(Source(f"{number}.yaml", one) for number, one in enumerate(given)), texts)
    assert not found.problems
    texts.keep()
    return [item.value for _, item in found.native]


def test_what_both_sides_say_is_read_once() -> None:
    texts = Counting()
    first, second = (take_in((Source(name, one),), texts) for name, one in (("a", BEFORE), ("b", AFTER)))
    assert texts.learnt == COUNT + 2
    alike = [mine.value is theirs.value for (_, mine), (_, theirs) in zip(first.native, second.native, strict=True)]
    assert alike.count(False) == 1
    assert not alike[150]


def test_places_are_those_of_each_side() -> None:
    moved = AFTER.replace("# all of them\n", "# all\n# of\n# them\n")
    found = translate.verify(BEFORE, moved)
    (looser, tighter) = found.counterexamples
    assert looser.after.rule is not None
    assert tighter.before.rule is not None
    lines = [
        places.locate(rule.origin)
        for places, rule in ((found.before_places, tighter.before.rule), (found.after_places, looser.after.rule))
    ]
    assert lines[0] is not None
    assert lines[1] == (lines[0][0] + 2, lines[0][1])


def test_the_answer_is_the_same_with_and_without(tmp_path: Path) -> None:
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(BEFORE, encoding="utf-8")
    after.write_text(AFTER, encoding="utf-8")
    cache = tmp_path / "cache"
    plain = translate.verify(before, after)
    assert plain.verdict is translate.Verdict.MIXED
    for _ in range(2):
        assert told(translate.verify(before, after, cache=cache)) == told(plain)
    assert len(kept(cache)) == 1
    assert told(translate.verify(after, before, cache=cache)) == told(translate.verify(after, before))


def test_a_change_costs_what_is_changed(tmp_path: Path) -> None:
    first, second, third = (Counting(tmp_path, b"v") for _ in range(3))
    assert read(first, BEFORE) == read(second, BEFORE)
    assert (first.learnt, second.learnt) == (COUNT + 1, 0)
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    assert read(third, AFTER) == read(Texts(), AFTER)
    assert third.learnt == 1
    assert file.read_bytes() == whole, "for one piece nothing is written"


def test_one_more_file_of_a_folder_costs_that_file(tmp_path: Path) -> None:
    given = BEFORE.split("---\n")
    first, second = (Counting(tmp_path, b"v") for _ in range(2))
    read(first, *given)
    read(second, *given, text("kubernetes", "podSelector: {}", "name: more, namespace: n"))
    assert (first.learnt, second.learnt) == (COUNT + 1, 1)


def test_small_inputs_are_not_kept(tmp_path: Path) -> None:
    read(Texts(tmp_path, b"v"), "---\n".join(BEFORE.split("---\n")[: FEWEST - 1]))
    assert kept(tmp_path) == []


def test_nothing_is_kept_but_policies(tmp_path: Path) -> None:
    """A folder may hold Secrets beside them; what is left out is read anew, and does not count as new."""
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"
    given = BEFORE + "".join(f"---\n{secret.replace('name: s', f'name: s{number}')}" for number in range(COUNT))
    first, second = (Counting(tmp_path, b"v") for _ in range(2))
    read(first, given)
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    assert b"hunter2" not in whole
    assert read(second, given) == read(Texts(), given)
    assert (first.learnt, second.learnt) == (2 * COUNT + 1, COUNT)
    assert second._stale == {}


def test_pieces_are_of_one_version_of_the_program(tmp_path: Path) -> None:
    read(Texts(tmp_path, b"v"), BEFORE)
    other = Counting(tmp_path, b"w")
    read(other, BEFORE)
    assert other.learnt == COUNT + 1


def signed(data: bytes, body: bytes) -> bytes:
    head = json.loads(data.partition(b"\n")[0]) | {"digest": sha256(body).hexdigest()}
    return json.dumps(head).encode() + b"\n" + body


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-20],
        lambda data: data.replace(b'"app":"a7"', b'"app":"a8"'),
        lambda data: data.replace(b"texts/v1", b"texts/v0"),
        lambda data: signed(data, b"[]"),
        lambda data: signed(data, b'{"ab":[0,0,0]}'),
        lambda data: signed(data, data.partition(b"\n")[2][:-9] + b"}"),
    ],
)
def test_what_is_no_entry_is_not_there(tmp_path: Path, spoil: Any) -> None:
    read(Texts(tmp_path, b"v"), BEFORE)
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    assert spoil(whole) != whole
    file.write_bytes(spoil(whole))
    again = Counting(tmp_path, b"v")
    assert read(again, BEFORE) == read(Texts(), BEFORE)
    assert again.learnt == COUNT + 1
    assert file.read_bytes() == whole


@pytest.mark.parametrize("place", [b"[-1,9,", b"[9,3,", b"[0,99999,"])
def test_places_that_no_piece_has_are_not_taken(tmp_path: Path, place: bytes) -> None:
    """Even under a digest that fits: the text is read as a whole."""
    read(Texts(tmp_path, b"v"), BEFORE)
    (file,) = kept(tmp_path)
    data = file.read_bytes()
    _, _, body = data.partition(b"\n")
    entries = {key: place + rest for key, rest in _entries(body)}
    file.write_bytes(signed(data, b"{" + b",".join(b'"%s":%s' % one for one in entries.items()) + b"}"))
    assert read(Texts(tmp_path, b"v"), BEFORE) == read(Texts(), BEFORE)


def _entries(body: bytes) -> list[tuple[bytes, bytes]]:
    """Each entry by its key, without the places that it begins with."""
    found = json.loads(body)
    return [(key.encode(), json.dumps(one[2:]).encode()[1:]) for key, one in found.items()]


def test_values_come_back_as_they_were(tmp_path: Path) -> None:
    """Types and the order of fields too: what JSON would give back otherwise is not kept."""
    odd = "b: 1.0\n" + "a: [1e3, 12345678901234567890123, -0.0, 1, yes, ~, '1', \"\\0\\u00e9\\U0001F600\"]\n"
    given = f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n{odd}---\n{BEFORE}"
    first, second = (Counting(tmp_path, b"v") for _ in range(2))
    assert repr(read(Texts(), given)) == repr(read(first, given)) == repr(read(second, given))
    assert second.learnt == 0
    assert "1.2345678901234568e+22, 0, 1, True, None" in repr(read(second, given)), "as kubectl reads them"


def test_what_was_taken_is_not_checked_again(tmp_path: Path) -> None:
    before, after, cache = tmp_path / "before.yaml", tmp_path / "after.yaml", tmp_path / "cache"
    before.write_text(BEFORE, encoding="utf-8")
    after.write_text(AFTER, encoding="utf-8")
    answers, checked = [], []
    for _ in range(2):
        profile = cProfile.Profile()
        answers.append(told(profile.runcall(translate.verify, before, after, cache=cache)))
        calls = {entry.code: entry.callcount for entry in profile.getstats()}
        checked.append(calls.get(problems.__code__, 0))
    assert answers[0] == answers[1]
    assert checked == [COUNT + 1, 1], "all that there are, and then what is in no entry"


@pytest.mark.parametrize(
    ("dialect", "spec"),
    [
        ("kubernetes", "podSelector: {}, ingress: [{ports: [{port: 80}]}, {}], egress: [{ports: [{port: 53}]}]"),
        ("calico", "selector: a == 'b', ingress: [{action: Allow, protocol: TCP}]"),
        ("cilium", "endpointSelector: {}, ingress: [{fromEntities: [world]}]"),
    ],
)
def test_what_is_read_again_is_what_was_read(dialect: str, spec: str) -> None:
    (name, item), *_ = take_in((Source("f", text(dialect, spec)),)).native
    assert name == dialect
    assert get(name).read_again(item) == get(name).read(item)
