"""Input that is refused: one clear line per problem with its place, exit code 2, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest


def policy(spec: str, meta: str = "name: p, namespace: shop") -> str:
    """A NetworkPolicy whose spec begins on line 5, column 3."""
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{{meta}}}\nspec:\n  {spec}\n"


class Bad(NamedTuple):
    """A text, and the line (without the file) that is printed of it."""

    name: str
    text: str | bytes
    said: str


STRICT = "The API server in strict mode, kubectl's default, refuses it"
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)
DNS = "lower-case letters, digits and '-', with a letter or digit at both ends"
LABEL = "letters, digits, '-', '_' and '.', with a letter or digit at both ends"

BAD = [
    # not YAML, or no YAML that a cluster reads
    Bad("not yaml", "a: [", "2:1: error: a value is missing here: quote it if it starts with a sign"),
    Bad("tab", "a:\n\tb: 1\n", "2:1: error: a tab stands where YAML allows only spaces: indent with spaces"),
    Bad("utf-8", b"a: \xff\n", "1:4: error: the input is not valid UTF-8: 0xFF stands for no character"),
    Bad("no bom", "a: 1\n".encode("utf-16-le"), "1:2: error: control characters are not allowed in YAML: U+0000"),
    Bad("control", b'a: "\x1b[31m"\n', "1:5: error: control characters are not allowed in YAML: U+001B"),
    Bad("duplicate key", "a: 1\nb: 2\na: 3\n", '3:1: error: key "a" is given twice: line 1 and line 3'),
    Bad("duplicate json key", '{"a": 1, "a": 2}', '1:10: error: key "a" is given twice on line 1'),
    Bad("alias bomb", BOMB, "7:18: error: the aliases expand to more than 4,000,000 values"),
    Bad("deep nesting", "[" * 5000, "1:101: error: lists and mappings are nested more than 100 deep"),
    Bad("deep json", '{"a":' + "[" * 5000, "1:105: error: lists and mappings are nested more than 100 deep"),
    Bad("huge scalar", "a: " + "x" * 1_100_000, "1:4: error: one value is longer than 1,048,576 characters"),
    Bad(
        "flux",
        policy("podSelector: {matchLabels: {app: ${APP}}}"),
        "5:37: error: looks like a template (${VAR} of Flux or envsubst): render it first",
    ),
    Bad(
        "flux, quoted",
        policy("{}", 'name: p, namespace: "${NS}"'),
        f'3:21: error: metadata.namespace "${{NS}}" must consist of {DNS}; "${{NS}}" looks like a placeholder that no tool has filled in',
    ),
    Bad(
        "helm",
        policy("podSelector: {{ .Values.sel }}"),
        "5:17: error: looks like a template (Helm/Go): render it first",
    ),
    # no object
    Bad("text", "hello\n", "1:1: error: this document is no object: it needs apiVersion and kind"),
    Bad("list", "- 1\n", "1:1: error: this document is no object: it needs apiVersion and kind"),
    Bad("no kind", "apiVersion: v1\n", "1:1: error: this object has no kind"),
    Bad("no version", "kind: NetworkPolicy\n", "1:1: error: this object has no apiVersion"),
    Bad(
        "unknown kind",
        policy("{}").replace("kind: NetworkPolicy", "kind: NetworkPolicies"),
        '2:1: error: networking.k8s.io has no kind "NetworkPolicies"; did you mean NetworkPolicy?',
    ),
    # no legal object
    Bad(
        "unknown field",
        policy("ingres: []"),
        f'5:3: error: unknown field "ingres" in spec; did you mean "ingress"? {STRICT}',
    ),
    Bad(
        "wrong type",
        policy("ingress: {}"),
        '5:3: error: spec.ingress must be a list, not a map: put "- " before each item',
    ),
    Bad(
        "number as label",
        policy("podSelector: {matchLabels: {app: 1}}"),
        "5:31: error: spec.podSelector.matchLabels.app must be text, not the number 1: put it in quotes",
    ),
    Bad(
        "boolean as label",
        policy("podSelector: {matchLabels: {app: y}}"),
        "5:31: error: spec.podSelector.matchLabels.app must be text, but YAML reads this as the boolean true "
        "(as it reads yes, on and y): put it in quotes",
    ),
    Bad(
        "label",
        policy('podSelector: {matchLabels: {app: "a b"}}'),
        f'5:17: error: spec.podSelector.matchLabels has "a b" as the value of "app", which must be empty or consist of {LABEL}',
    ),
    Bad(
        "name",
        policy("{}", "name: A_b"),
        f'3:12: error: metadata.name "A_b" must consist of dot-separated parts of {DNS}',
    ),
    Bad(
        "no name",
        policy("{}", "namespace: shop"),
        "3:1: error: metadata.name is missing: an object needs a name (or a generateName)",
    ),
    Bad(
        "namespace",
        policy("{}", "name: p, namespace: a.b"),
        f'3:21: error: metadata.namespace "a.b" must consist of {DNS}',
    ),
    Bad(
        "range",
        policy("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]"),
        '5:32: error: spec.ingress[0].from[0].ipBlock.cidr "10.0.0.0/33" must be an IP range like 10.9.8.0/24 or 2001:db8::/64',
    ),
    Bad(
        "port",
        policy("ingress: [{ports: [{port: 70000}]}]"),
        "5:23: error: spec.ingress[0].ports[0].port must be between 1 and 65535, not 70000",
    ),
    Bad(
        "end port",
        policy("ingress: [{ports: [{port: 90, endPort: 80}]}]"),
        "5:33: error: spec.ingress[0].ports[0].endPort must not be smaller than port: 80 is less than 90",
    ),
    Bad(
        "twice",
        policy("podSelector: {}") + "---\n" + policy("podSelector: {}"),
        "7:1: error: NetworkPolicy/shop/p is in the input twice, first at bad.yaml:1; in a cluster the later one replaces it",
    ),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
@pytest.mark.parametrize(
    "command", [["--to", "calico"], ["roundtrip", "--via", "cilium"]], ids=["convert", "roundtrip"]
)
def test_bad_input_is_one_line_and_2(run, folder: Path, case: Bad, command: list[str]) -> None:
    text = case.text.encode() if isinstance(case.text, str) else case.text
    (folder / "bad.yaml").write_bytes(text)
    assert tuple(run(*command, "bad.yaml")) == (2, "", f"bad.yaml:{case.said}\n")


@pytest.mark.parametrize("case", BAD[:12], ids=lambda case: case.name)
def test_verify_says_the_same_of_either_side(run, folder: Path, case: Bad) -> None:
    text = case.text.encode() if isinstance(case.text, str) else case.text
    (folder / "bad.yaml").write_bytes(text)
    (folder / "good.yaml").write_text(policy("podSelector: {}"))
    for sides in (("bad.yaml", "good.yaml"), ("good.yaml", "bad.yaml")):
        assert tuple(run("verify", *sides)) == (2, "", f"bad.yaml:{case.said}\n")


def test_a_file_that_is_not_there(run) -> None:
    assert tuple(run("--to", "calico", "no.yaml")) == (
        2,
        "",
        "no.yaml: error: cannot be read: No such file or directory\n",
    )


def test_all_problems_of_all_files_are_told_at_once(run, folder: Path) -> None:
    (folder / "a.yaml").write_text("a: [")
    (folder / "b.yaml").write_text(policy("podSelector: {matchLabels: {app: 1}, x: 1}"))
    (folder / "c.yaml").write_text(policy("podSelector: {}"))
    code, out, err = run("--to", "calico", "no.yaml", "a.yaml", "b.yaml", "c.yaml")
    assert (code, out) == (2, "")
    assert [line.split(": error")[0] for line in err.splitlines()] == [
        "no.yaml",
        "a.yaml:2:1",
        "b.yaml:5:31",
        "b.yaml:5:40",
        "nothing is written: --keep-going writes what is not wrong",
    ]


def test_nothing_that_could_be_a_policy_is_silently_foreign(run) -> None:
    """A NetworkPolicy of a group that nobody knows: a misspelt group, or another engine's policy."""
    for group in ("v1", "network.k8s.io/v1", "crd.antrea.io/v1beta1"):
        text = policy("podSelector: {}").replace("networking.k8s.io/v1", group)
        code, out, err = run("--to", "calico", stdin=text)
        assert (code, out) == (2, ""), group
        assert err.startswith("-:1:1: "), group


def test_an_input_without_any_policy_is_said(run) -> None:
    """``kubectl get networkpolicies -n typo`` gives an empty list; a pipeline must not take that for a translation."""
    for text in (
        "# nothing\n",
        "apiVersion: v1\nkind: List\nitems: []\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
    ):
        code, out, err = run("--to", "calico", stdin=text)
        assert (code, out) == (0, "")
        assert "the input holds no policy" in err
        assert "proved" not in err


REFUSED = [
    (
        "apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: {name: g}\n",
        "1:1: refused  NPT201 kind-not-read",
        "   Profile/g is of a kind that is not read (Profile of projectcalico.org/v3)",
    ),
    (
        "apiVersion: networking.k8s.io/v1beta1\nkind: NetworkPolicy\nmetadata: {name: g}\n",
        "1:1: refused  NPT201 kind-not-read",
        "   NetworkPolicy/g is of a kind that is not read (NetworkPolicy of networking.k8s.io/v1beta1)",
    ),
    (
        "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: c, namespace: shop}\n"
        "spec:\n  ingress: [{action: Allow, protocol: TCP, source: {ports: [http]}}]\n",
        "5:61: refused  NPT202 construct-not-read",
        "   NetworkPolicy/shop/c: a source port by name is beyond the part of Calico that is read",
    ),
    (
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\n"
        "spec:\n  selector: has(a)\n  types: [Ingress]\n",
        "5:3: refused  NPT210 no-counterpart",
        "   GlobalNetworkPolicy/g is cluster-wide and does not name its namespaces; a Kubernetes NetworkPolicy belongs to one",
    ),
]


@pytest.mark.parametrize(("text", "first", "second"), REFUSED)
def test_what_is_not_translated_is_refused_by_name(run, folder: Path, text: str, first: str, second: str) -> None:
    (folder / "in.yaml").write_text(text)
    code, out, err = run("--to", "kubernetes", "in.yaml")
    assert (code, out) == (2, "")
    assert err.splitlines()[:2] == [f"in.yaml:{first}", second]
    assert err.splitlines()[-1] == "nothing is written"


def test_two_engines_in_one_input(run) -> None:
    cilium = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n"
    text = f"{REFUSED[3][0]}---\n{cilium}spec: {{endpointSelector: {{}}, ingress: [{{}}]}}\n"
    code, out, err = run("--to", "kubernetes", stdin=text)
    assert (code, out) == (2, "")
    assert "refused  NPT203 mixed-engines" in err
