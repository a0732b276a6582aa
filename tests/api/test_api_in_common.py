"""What both inputs of a comparison say is lifted once: the answer, and every place in it, is as if it were not."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

import translate
from tests.passes.fitting import text
from translate.api.text_folder import FEWEST
from translate.core.origin import Place
from translate.frontend.sources import Source

SAMPLES = Path(__file__).parents[2] / "samples"
COUNT = FEWEST + 10
HEAD = "# one\n# two\n# three\n"


def of_pods(number: int, port: int = 80) -> str:
    spec = f"podSelector: {{matchLabels: {{app: a{number}}}}}, ingress: [{{ports: [{{port: {port}}}]}}]"
    return text("kubernetes", spec, f"name: p{number}, namespace: n{number % 7}")


def calico(kind: str, spec: str, metadata: str) -> str:
    return f"apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n"


class Sides:
    """Two files to be compared."""

    def __init__(self, folder: Path, before: list[str], after: list[str]) -> None:
        self.before, self.after = folder / "before.yaml", folder / "after.yaml"
        self.before.write_text("---\n".join(before), encoding="utf-8")
        self.after.write_text(HEAD + "---\n".join(after), encoding="utf-8")

    def verified(self, cache: Path | None = None) -> translate.Verification:
        return translate.verify(self.before, self.after, cache=cache)

    def line(self, words: str) -> int:
        """The line of the file after that holds ``words``."""
        lines = self.after.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if words in line)


def lent(found: translate.Verification) -> list[bool]:
    return [Path(policy.origin.file).name == "before.yaml" for policy in found.compared.policies]


def places(policies: translate.PolicySet) -> list[Place]:
    return [policy.origin.place for policy in policies.policies]


@pytest.fixture
def changed(tmp_path: Path) -> Sides:
    """One policy of many differs, and another comes before them, so that all have other numbers."""
    before = [of_pods(number) for number in range(COUNT)]
    after = [of_pods(COUNT), *before[:150], of_pods(150, 81), *before[151:]]
    return Sides(tmp_path, before, after)


def test_what_stands_in_both_is_lent_but_for_namespaces_in_which_something_changes(changed: Sides) -> None:
    found = changed.verified()
    of_changed = {f"n{number % 7}" for number in (COUNT, 150)}
    assert lent(found) == [policy.identity.namespace not in of_changed for policy in found.compared.policies]


def test_the_set_after_says_where_it_stands_itself(changed: Sides) -> None:
    found = changed.verified()
    alone = translate.verify(changed.after, changed.after)
    assert any(lent(found))
    assert found.after == found.compared
    assert places(found.after) == places(alone.before)
    assert f"after={alone.before!r}" in repr(found)
    rule = found.after.policies[20].ingress
    assert rule is not None
    assert found.after_places.locate(rule.rules[0].origin) == (changed.line("app: a19}"), 58)


def test_an_earlier_run_changes_nothing(changed: Sides, tmp_path: Path) -> None:
    plain = changed.verified()
    for _ in range(3):
        found = changed.verified(tmp_path / "cache")
        assert found == plain
        assert places(found.after) == places(plain.after)


def test_texts_of_one_name_lend_nothing(changed: Sides) -> None:
    before, after = (path.read_text(encoding="utf-8") for path in (changed.before, changed.after))
    found = translate.verify(before, after)
    assert found.compared is found.after
    assert [place[1] for place in places(found.after)] == list(range(COUNT + 1))


def test_one_text_twice_is_two_objects(tmp_path: Path) -> None:
    before = [of_pods(number) for number in range(COUNT)]
    sides = Sides(tmp_path, before, [*before, before[3]])
    with pytest.raises(translate.InputError, match=r"in the input twice, first at .*after[.]yaml:") as stopped:
        sides.verified()
    assert [problem.origin.place for problem in stopped.value.problems] == [(str(sides.after), COUNT, ())]


def test_what_decides_a_packet_is_told_where_it_stands(tmp_path: Path) -> None:
    rule = "{action: Allow, protocol: TCP, destination: {ports: [%d]}}"
    tenants = [calico("NetworkPolicy", "ingress: [%s]" % (rule % 80), f"name: p{n}, namespace: n{n}") for n in range(9)]
    first = "order: 1, namespaceSelector: all(), ingress: [{action: Deny, protocol: TCP, destination: {ports: [%d]}}]"
    before, after = (calico("GlobalNetworkPolicy", first % port, "name: first") for port in (80, 81))
    sides = Sides(tmp_path, [before, *tenants], [after, *tenants])
    found = sides.verified()
    (looser,) = (one for one in found.counterexamples if one.effect is translate.Verdict.LOOSER)
    policy = looser.after.policy
    assert policy is not None
    assert policy.identity.namespace is not None
    assert policy.origin.file == str(sides.after)
    place = found.after_places.locate(policy.origin)
    assert place is not None
    assert sides.line(f"name: {policy.identity.name},") - 2 == place[0]


def test_what_is_refused_on_the_side_after_is_refused_there(tmp_path: Path) -> None:
    """Whether the set is meant by the rule depends on labels of a namespace that nobody tells."""
    peer = "{selector: role == 'db', namespaceSelector: team == 'a'}"
    policy = calico("NetworkPolicy", f"ingress: [{{action: Allow, source: {peer}}}]", "name: p, namespace: shop")
    addresses = calico("NetworkSet", "nets: [10.0.0.0/8]", "name: s, namespace: lab, labels: {role: db}")
    sides = Sides(tmp_path, [of_pods(1), policy], [addresses, policy])
    (refusal,) = sides.verified().refusals
    assert refusal.origin.place == (str(sides.after), 1, ("spec", "ingress", 0))
    assert refusal.line == sides.line("ingress")


DOCUMENTS = {
    dialect: [
        document.strip("\n") + "\n"
        for path in sorted(SAMPLES.rglob(f"{dialect}.yaml"))
        for document in re.split(r"^---\s*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if "apiVersion" in document
    ]
    for dialect in ("kubernetes", "calico", "cilium")
}


def edited(some: list[str], dice: random.Random) -> list[str]:
    """The same documents but for a change, which may be none."""
    found, number = list(some), dice.randrange(len(some))
    match dice.randrange(6):
        case 0:
            del found[number]
        case 1:
            dice.shuffle(found)
        case 2:
            found.insert(number, found[-1])
        case 3:
            found[number] = re.sub(r"\b(80|443|8080|5432)\b", "81", found[number])
        case 4:
            found[number] = re.sub(r"(namespace: )\S+", r"\1elsewhere", found[number], count=1)
        case _:
            pass
    return ["# after\n", *found]


def answer(before: str, after: str, *names: str) -> list[object]:
    """All that ``verify`` says of two texts with such names, which count as one."""
    try:
        found = translate.verify(*([Source(*one)] for one in zip(names, (before, after), strict=True)))
    except translate.InputError as error:
        told = [(one.message, *one.origin.place[1:], one.line) for one in error.problems]
        return [re.sub(r"\b(before|after):", "one:", repr(one)) for one in told]
    decided = [one.after for one in (*found.proof.counterexamples, *found.proof.later_counterexamples)]
    shown = [one.origin for two in decided for one in (two.policy, two.rule) if one is not None]
    assert {one.file for one in shown} <= {names[1], ""}
    own = [one.origin.place[1:] for one in (*found.after.policies, *found.refusals, *found.notes)]
    return [found, own, [one.place[1:] for one in shown]]


@pytest.mark.parametrize("dialect", DOCUMENTS)
def test_the_answer_is_that_of_texts_that_lend_nothing(dialect: str) -> None:
    dice = random.Random(dialect)
    for _ in range(40):
        some = dice.sample(DOCUMENTS[dialect], 6)
        before, after = ("---\n".join(one) for one in (["# before\n", *some], edited(some, dice)))
        assert answer(before, after, "before", "after") == answer(before, after, "one", "one"), (before, after)
