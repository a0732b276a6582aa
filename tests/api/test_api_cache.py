"""Proofs that are kept: what is answered is the same as without, and what is no entry of this question is not there."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import translate
from tests.golden.cases import CASES, Case
from tests.passes.fitting import text
from translate.api.proof_folder import ProofFolder
from translate.rendering import json as json_report

WIDE = text("calico", "types: [Ingress], ingress: [{action: Allow, protocol: TCP}]")
NARROW = text("calico", "types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]")


def told(proof: translate.Verification) -> str:
    return json_report.text(json_report.of_verification(proof))


def entry(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file())
    return found


def written(folder: Path) -> list[Path]:
    """The proofs that are kept; what was read of long texts is kept beside them."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".texts.json")]


def verified(folder: Path, **options: Any) -> translate.Verification:
    return translate.verify(WIDE, NARROW, cache=folder, **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_answers_are_the_same_with_and_without(case: Case, tmp_path: Path) -> None:
    """The packets that differ, what decides them, what a proof assumes and what is lost: byte for byte."""
    names = sorted({name for direction in case.directions() for name in direction})
    files = {name: f"{name}.yaml" for name in names if (case.folder / f"{name}.yaml").exists()}
    inputs = {name: case.input(file) for name, file in files.items()}
    names = list(inputs)
    for before, after in permutations(names, 2):
        plain, first, second = (
            translate.verify(inputs[before], inputs[after], **more)
            for more in ({}, {"cache": tmp_path}, {"cache": tmp_path})
        )
        assert told(plain) == told(first) == told(second)
        assert second.proof == plain.proof
        assert [one.before.rule.origin.place for one in second.counterexamples if one.before.rule] == [
            one.before.rule.origin.place for one in plain.counterexamples if one.before.rule
        ]
        assert second.proof.recalled is (plain.verdict is not translate.Verdict.UNDECIDED)
        try:
            result = translate.convert(inputs[before], to=after)
        except translate.UnsupportedError:
            continue
        again = translate.convert(inputs[before], to=after, cache=tmp_path)
        once_more = translate.convert(inputs[before], to=after, cache=tmp_path)
        assert again == once_more == result
        assert json_report.text(json_report.of_result(once_more)) == json_report.text(json_report.of_result(result))


def test_a_proof_is_recalled_for_other_names_of_files_and_other_comments(tmp_path: Path) -> None:
    first = verified(tmp_path)
    other = translate.verify(f"# a comment\n{WIDE}", NARROW, cache=tmp_path)
    assert not first.proof.recalled
    assert other.proof.recalled
    assert other.proof == first.proof
    assert len(written(tmp_path)) == 1


def in_shop(port: int) -> str:
    ports = f"toPorts: [{{ports: [{{port: '{port}', protocol: TCP}}]}}]"
    return text("cilium", f"endpointSelector: {{}}, ingress: [{{{ports}}}]", "name: p, namespace: shop")


def elsewhere(peer: str) -> str:
    return text("cilium", f"endpointSelector: {{}}, egress: [{{{peer}}}]", "name: q, namespace: other")


@pytest.mark.parametrize("peer", ["toEntities: [kube-apiserver]", "toEntities: [cluster-mesh]"])
def test_what_is_not_concerned_is_no_part_of_the_question(tmp_path: Path, peer: str) -> None:
    """The packets are recalled; what is assumed of the rest is told of the inputs that were asked about."""
    translate.verify(in_shop(80), in_shop(81), cache=tmp_path)
    before, after = (f"{in_shop(port)}---\n{elsewhere(peer)}" for port in (80, 81))
    plain = translate.verify(before, after)
    found = translate.verify(before, after, cache=tmp_path)
    assert found.proof.recalled
    assert told(found) == told(plain)
    assert found.proof == plain.proof
    assert len(written(tmp_path)) == 1
    assert (plain.proof.assumptions == translate.verify(in_shop(80), in_shop(81)).proof.assumptions) is (
        "apiserver" in peer
    )


def test_what_reaches_beyond_its_namespace_is_part_of_the_question(tmp_path: Path) -> None:
    wide = (
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {types: [Ingress]}\n"
    )
    inputs = [f"{one}---\n{rest}" for rest in ("", wide) for one in (WIDE, NARROW)]
    translate.verify(*inputs[:2], cache=tmp_path)
    found = translate.verify(*inputs[2:], cache=tmp_path)
    assert not found.proof.recalled
    assert told(found) == told(translate.verify(*inputs[2:]))


@pytest.mark.parametrize(
    "other",
    [
        {"max_steps": 999_999},
        {"facts": {"pods": ["10.0.0.0/8"]}},
        {"source_engine": "calico", "before_version": "calico=3.31"},
    ],
    ids=str,
)
def test_another_question_has_another_proof(tmp_path: Path, other: dict[str, Any]) -> None:
    verified(tmp_path)
    before = len(written(tmp_path))
    assert not verified(tmp_path, **other).proof.recalled
    assert len(written(tmp_path)) > before


def test_what_ran_out_is_not_kept(tmp_path: Path) -> None:
    assert verified(tmp_path, max_steps=1).verdict is translate.Verdict.UNDECIDED
    assert written(tmp_path) == []
    many = "---\n".join(
        text("calico", f"types: [Ingress], selector: a == 'b{n}', ingress: [{{action: Allow}}]", f"name: p{n}")
        for n in range(400)
    )
    starved = translate.verify(many, many.replace("Allow", "Deny"), cache=tmp_path, max_seconds=1e-9)
    assert starved.verdict is translate.Verdict.UNDECIDED
    assert written(tmp_path) == []
    assert verified(tmp_path).verdict is translate.Verdict.TIGHTER


def spoil_body(data: bytes) -> bytes:
    return data.replace(b'"verdict":"tighter"', b'"verdict":"same"')


def spoil_signed(data: bytes) -> bytes:
    """A body that claims another verdict than its packets show, under a digest that fits."""
    head, _, body = spoil_body(data).partition(b"\n")
    return json.dumps(json.loads(head) | {"digest": sha256(body).hexdigest()}).encode() + b"\n" + body


def spoil_number(data: bytes) -> bytes:
    head, _, body = data.partition(b"\n")
    body = body.replace(b'"policy":0', b'"policy":-1')
    return json.dumps(json.loads(head) | {"digest": sha256(body).hexdigest()}).encode() + b"\n" + body


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[:-20],
        lambda data: b"\x00\xff" * 99,
        lambda data: b"[" * 100_000,
        lambda data: b" " * (2 << 20) + data,
        lambda data: data.replace(b"proof/v1", b"proof/v0"),
        lambda data: data.partition(b"\n")[2],
        spoil_body,
        spoil_signed,
        spoil_number,
    ],
)
def test_what_is_no_entry_is_not_there(tmp_path: Path, spoil: Any) -> None:
    plain = verified(tmp_path)
    place = entry(tmp_path)
    whole = place.read_bytes()
    assert spoil(whole) != whole
    place.write_bytes(spoil(whole))
    again = verified(tmp_path)
    assert (again.verdict, again.proof, again.proof.recalled) == (plain.verdict, plain.proof, False)
    assert place.read_bytes() == whole


def test_an_entry_of_another_question_is_not_taken_for_one_of_this(tmp_path: Path) -> None:
    verified(tmp_path)
    tighter = entry(tmp_path)
    data = tighter.read_bytes()
    tighter.unlink()
    assert translate.verify(WIDE, WIDE.replace("name: p", "name: p"), cache=tmp_path).proof.is_same
    same = entry(tmp_path)
    tighter.parent.mkdir(exist_ok=True)
    tighter.write_bytes(same.read_bytes())
    assert not verified(tmp_path).proof.recalled
    assert tighter.read_bytes() == data


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_only_a_file_is_read(tmp_path: Path, kind: str) -> None:
    verified(tmp_path / "cache")
    place = entry(tmp_path / "cache")
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    match kind:
        case "pipe":
            os.mkfifo(place)
        case "link":
            place.symlink_to(elsewhere)
        case _:
            place.mkdir()
    found = verified(tmp_path / "cache")
    assert (found.verdict, found.proof.recalled) == (translate.Verdict.TIGHTER, False)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert verified(tmp_path).verdict is translate.Verdict.TIGHTER
    tmp_path.chmod(0o755)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.touch()
    with pytest.raises(translate.InputError, match="is no folder"):
        verified(place)


def test_entries_are_of_one_version_of_the_program(tmp_path: Path) -> None:
    """The digest of all code and tables is part of every question."""
    from translate.model.facts import NO_FACTS
    from translate.prover.budget import PATIENCE
    from translate.prover.memory import ProofQuestion
    from translate.prover.question_digest import QuestionDigests

    found = translate.verify(WIDE, NARROW)
    question = ProofQuestion(found.before, found.after, NO_FACTS, False, None, 1000, PATIENCE)
    assert QuestionDigests(b"a").digest(question) == QuestionDigests(b"a").digest(question)
    assert QuestionDigests(b"a").digest(question) != QuestionDigests(b"b").digest(question)
    assert ProofFolder(tmp_path).recall(question) is None
