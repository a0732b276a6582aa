"""Every sample, in every direction: the bytes are as before, and the meaning is proved as ``case.toml`` says.

Golden bytes show that nothing changed; only the proof says that it is right. So each case has both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import translate
from tests.golden.cases import CASES, DIALECTS, ROOT, Case, Outcome
from tests.golden.conftest import Golden
from tests.golden.schemas import FOLDER, validator
from translate.rendering import json as json_report

BY_NAME = [pytest.param(case, id=case.name) for case in CASES]
FROM_SOURCE = [
    pytest.param(case, after, id=f"{case.name}: {case.source} -> {after}")
    for case in CASES
    for after in DIALECTS
    if after != case.source
]
ALL = [
    pytest.param(case, before, after, id=f"{case.name}: {before} -> {after}")
    for case in CASES
    for before, after in case.directions()
]


def outcome_of(case: Case, file: str, before: str, after: str) -> tuple[Outcome, translate.Result | None]:
    """What a translation comes to, and the translation, if there is one."""
    return outcome(case, file, after, case.options_from(before))


def outcome(case: Case, file: str, after: str, options: dict[str, Any]) -> tuple[Outcome, translate.Result | None]:
    """The same, with options of its own."""
    try:
        result = translate.convert(case.input(file), to=after, **options)
    except translate.UnsupportedError as refused:
        return Outcome("refused", frozenset(x.code for x in refused.refusals)), None
    assert result.proof is not None
    return Outcome(result.proof.verdict.value, frozenset(x.code for x in result.losses)), result


def exactness(found: Outcome) -> str:
    """The worst effect that a verdict and losses of later days come to."""
    if found.verdict != "same":
        return "mixed" if "NPT522" in found.codes else found.verdict
    return "looser-later" if "NPT520" in found.codes else "exact"


def test_there_are_samples() -> None:
    assert len(CASES) >= 17


@pytest.mark.parametrize(("case", "after"), FROM_SOURCE)
def test_golden(case: Case, after: str, golden: Golden) -> None:
    _, result = outcome_of(case, f"{case.source}.yaml", case.source, after)
    path = case.folder / f"{after}.yaml"
    if result is None or not result.text:
        assert not path.exists(), f"{path} stands for a translation that is not written"
    else:
        golden(path, result.text)


@pytest.mark.parametrize(("case", "before", "after"), ALL)
def test_outcome(case: Case, before: str, after: str) -> None:
    found, result = outcome_of(case, f"{before}.yaml", before, after)
    assert found == case.outcome(before, after)
    if result is not None:
        if found.verdict != "undecided":
            assert result.exactness.value == exactness(found)
        assert bool(result.text) is found.is_written
        again = translate.convert(case.input(f"{before}.yaml"), to=after, **case.options_from(before))
        assert again.text == result.text


@pytest.mark.parametrize(("case", "after"), FROM_SOURCE)
def test_golden_is_verified_by_itself(case: Case, after: str) -> None:
    """The file on disk, read as a stranger would read it."""
    expected = case.outcome(case.source, after)
    if not expected.is_written:
        return
    options = case.compared_from(case.source)
    found = translate.verify(case.input(f"{case.source}.yaml"), case.input(f"{after}.yaml"), **options)
    assert found.proof.verdict.value == expected.verdict
    for example in found.proof.counterexamples:
        assert example.before.allowed is not example.after.allowed


@pytest.mark.parametrize(("case", "after"), FROM_SOURCE)
def test_round_trip(case: Case, after: str) -> None:
    there, back = case.outcome(case.source, after), case.outcome(after, case.source)
    if not there.is_written:
        return
    source = case.input(f"{case.source}.yaml")
    if not back.is_written:
        with pytest.raises(translate.UnsupportedError):
            translate.roundtrip(source, via=after, **case.compared_from(case.source))
        return
    trip = translate.roundtrip(source, via=after, **case.compared_from(case.source))
    lost = there.verdict if there.verdict != "same" else back.verdict
    assert trip.proof.verdict.value == case.round_trip.get(after, lost)


def test_structure_of_round_trips(golden: Golden) -> None:
    """Where a policy comes back spelled otherwise, field by field; all other samples come back as they were."""
    lines: list[str] = []
    for case in CASES:
        for after in DIALECTS:
            there, back = case.outcome(case.source, after), case.outcome(after, case.source)
            if after == case.source or not there.is_written or not back.is_written:
                continue
            trip = translate.roundtrip(case.input(f"{case.source}.yaml"), via=after, **case.compared_from(case.source))
            if trip.differences:
                lines.append(f"{case.name}: {case.source} -> {after} -> {case.source}")
            for name, changes in trip.differences.items():
                lines += [f"  {name}", *(f"    {change}" for change in changes)]
    golden(Path(__file__).with_name("round_trips.txt"), "\n".join(lines) + "\n")


@pytest.mark.parametrize(("case", "before", "after"), ALL)
def test_objects_fit_the_published_schema(case: Case, before: str, after: str) -> None:
    if not FOLDER.is_dir():
        pytest.skip("the published schemas are not beside this checkout")
    _, result = outcome_of(case, f"{before}.yaml", before, after)
    for value in result.objects if result else ():
        errors = [
            f"{error.json_path}: {error.message}"
            for error in validator(value["apiVersion"], value["kind"]).iter_errors(value)
        ]
        assert not errors


@pytest.mark.parametrize("case", BY_NAME)
def test_log_denials_on_calico(case: Case, golden: Golden) -> None:
    """No verdict changes by logging, and a packet is logged if and only if it is denied."""
    source = case.input(f"{case.source}.yaml")
    expected = case.outcome(case.source, "calico")
    if expected.verdict == "refused":
        with pytest.raises(translate.UnsupportedError):
            translate.convert(source, to="calico", log_denials=True, **case.options_from(case.source))
        return
    result = translate.convert(source, to="calico", log_denials=True, **case.options_from(case.source))
    assert result.proof is not None
    assert result.proof.verdict.value == expected.verdict
    assert result.logging is not None
    assert result.logging.holds is True
    if case.log_denials:
        golden(case.folder / "calico.log-denials.yaml", result.text)
    if FOLDER.is_dir():
        for value in result.objects:
            if value["apiVersion"] == "v1":
                continue  # an object of the input that stands beside the policies
            assert not list(validator(value["apiVersion"], value["kind"]).iter_errors(value))


@pytest.mark.parametrize("case", BY_NAME)
def test_log_denials_elsewhere(case: Case) -> None:
    """Kubernetes cannot log; Cilium reports drops without any change of policy."""
    source = case.input(f"{case.source}.yaml")
    with pytest.raises(translate.UnsupportedError, match="NPT213"):
        translate.convert(source, to="kubernetes", log_denials=True, **case.options_from(case.source))
    if not case.outcome(case.source, "cilium").is_written:
        return
    plain = translate.convert(source, to="cilium", **case.options_from(case.source))
    logged = translate.convert(source, to="cilium", log_denials=True, **case.options_from(case.source))
    assert logged.text == plain.text
    assert any("hubble observe" in note.message for note in logged.notes)


@pytest.mark.parametrize("case", [case for case in CASES if case.report], ids=lambda case: case.name)
def test_report(case: Case, golden: Golden) -> None:
    assert case.report is not None
    before, after = case.report
    _, result = outcome_of(case, f"{before}.yaml", before, after)
    assert result is not None
    golden(case.folder / "report.json", json_report.text(json_report.of_result(result)))


@pytest.mark.parametrize("case", BY_NAME)
def test_more_translations(case: Case) -> None:
    for item in case.translate:
        found, _ = outcome(case, item["file"], item["to"], case.facts_of(item))
        assert found == Outcome.read(item["expect"]), item


@pytest.mark.parametrize("case", BY_NAME)
def test_more_comparisons(case: Case) -> None:
    for item in case.verify:
        found = translate.verify(case.input(item["before"]), case.input(item["after"]), **case.facts_of(item))
        assert Outcome(found.proof.verdict.value) == Outcome.read(item["expect"]), item


def test_looser_is_written_only_if_it_was_accepted() -> None:
    """A Cilium range kept for Calico opens the pods inside it: without the code there is no output at all."""
    source = (ROOT / "samples" / "seed" / "egress-cidr" / "cilium.yaml").read_text(encoding="utf-8")
    refused = translate.convert(source, to="calico", on_loss="loosen")
    accepted = translate.convert(source, to="calico", on_loss="loosen", accept=["NPT506"])
    assert refused.proof is not None
    assert refused.proof.verdict is translate.Verdict.LOOSER
    assert refused.text == ""
    assert not refused.objects
    assert "203.0.113.0/24" in accepted.text


@pytest.mark.parametrize("case", BY_NAME)
def test_comments_arrive(case: Case) -> None:
    """Each comment of a Kubernetes source that stands inside an object is in every translation of it."""
    if case.source != "kubernetes":
        return
    words = [line.partition("# ")[2] for line in case.input("kubernetes.yaml")[0].text.splitlines() if "# " in line]
    for after in ("calico", "cilium"):
        if case.outcome("kubernetes", after).verdict == "refused":
            continue
        lost = {code for code in case.outcome("kubernetes", after).codes if code in ("NPT502", "NPT503")}
        text = (case.folder / f"{after}.yaml").read_text(encoding="utf-8")
        assert lost or all(comment in text for comment in words)


@pytest.mark.parametrize("case", BY_NAME)
def test_nothing_but_cases(case: Case) -> None:
    """A folder holds what its case names, and its source is one dialect."""
    names = {path.name for path in case.folder.rglob("*") if path.is_file() and path.suffix != ".actual"}
    named = {"case.toml", "README.md", "kubernetes.yaml", "calico.yaml", "cilium.yaml"}
    named |= {path.name for path in case.facts.values()}
    named |= {"report.json"} if case.report else set()
    named |= {"calico.log-denials.yaml"} if case.log_denials else set()
    for item in (*case.translate, *case.verify):
        named |= {item[key].rpartition("/")[2] for key in ("file", "before", "after", "facts") if key in item}
    assert names <= named
    assert case.source in DIALECTS


def test_samples_are_plain_yaml() -> None:
    """PyYAML reads every golden to what the tool's own reader reads: no output depends on who reads it."""
    for case in CASES:
        for dialect in DIALECTS:
            path = case.folder / f"{dialect}.yaml"
            if dialect == case.source or not path.exists():
                continue
            _, result = outcome_of(case, f"{case.source}.yaml", case.source, dialect)
            assert result is not None
            assert list(yaml.safe_load_all(path.read_text(encoding="utf-8"))) == list(result.objects)
