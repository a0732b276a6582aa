"""``tests/toy_dialect``, the tutorial of CONTRIBUTING, installed and used: a whole dialect of another package, with an
engine like none of those built in.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

import translate
from translate.core.diagnostics import InputError, UnsupportedError
from translate.dialects import BUILT_IN, get
from translate.model.settings import DEFAULTS
from translate.prover.proof import Verdict
from translate.tables.packages import GROUP, registered

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "toy_dialect"
MOST_LINES = 150

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs the folder for this test, as its own pyproject.toml says; ``without``: but for some text of its module,
    ``table``: with some text of its table replaced.
    """

    def done(without: str = "", table: Mapping[str, str] = MappingProxyType({})) -> Path:
        project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
        code = tmp_path / "toy_dialect"
        shutil.copytree(FOLDER, code, ignore=shutil.ignore_patterns("__pycache__"))
        module = (code / "__init__.py").read_text()
        assert without in module
        (code / "__init__.py").write_text(module.replace(without, "") if without else module)
        for given, instead in table.items():
            text = (code / "toy.yaml").read_text()
            assert given in text
            (code / "toy.yaml").write_text(text.replace(given, instead))
        info = tmp_path / f"toy_dialect-{project['version']}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        entries = "".join(f"{name} = {place}\n" for name, place in project["entry-points"][GROUP].items())
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{entries}")
        return tmp_path

    monkeypatch.syspath_prepend(tmp_path)
    registered.cache_clear()
    yield done
    registered.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "toy_dialect"]:
        del sys.modules[name]


@pytest.fixture
def toy(install: Install) -> Path:
    """The folder that the dialect is installed in."""
    return install()


def policy(rules: str, side: str = "ingress", name: str = "web", order: int = 1000) -> str:
    """A ToyPolicy."""
    head = f"apiVersion: toy.example/v1\nkind: ToyPolicy\nmetadata: {{name: {name}, namespace: shop}}\n"
    return f"{head}spec: {{pods: {{matchLabels: {{app: web}}}}, order: {order}, {side}: {rules}}}\n"


def verdict_of(source: str, to: str) -> Verdict:
    """What is proved of a translation."""
    proof = translate.convert(source, to=to).proof
    assert proof is not None
    return proof.verdict


PODS = "who: [{podSelector: {matchLabels: {app: api}}}]"
GUESTS = "who: [{podSelector: {matchLabels: {role: guest}}}]"
ANYWHERE = "who: [{namespaceSelector: {}}]"
RANGE = "who: [{ipBlock: {cidr: 203.0.113.0/24}}]"
WEB = "ports: [{port: 80}]"
KUBERNETES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}, {ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 80}, {port: 8000, endPort: 8100}, {port: metrics, protocol: UDP}]
  egress: []
"""


def test_the_whole_dialect_is_short() -> None:
    """Code, tables and entry point."""
    files = [file for file in FOLDER.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert sorted(file.name for file in files) == [
        "__init__.py",
        "emit.py",
        "manifest.py",
        "pyproject.toml",
        "toy.yaml",
    ]
    assert sum(len(file.read_text().splitlines()) for file in files) <= MOST_LINES


def test_its_engine_is_like_no_other(toy: Path) -> None:
    def traits(name: str) -> tuple[object, ...]:
        one = get(name).semantics(DEFAULTS)
        return one.combining, one.reach, one.from_own_node, one.to_own_node

    assert traits("toy") not in [traits(name) for name in BUILT_IN]


# rules of a ToyPolicy, and what becomes of them in each dialect
FROM_TOY = [
    (f"[{{do: allow, {PODS}, {WEB}}}]", "same", "same", "same"),
    ("[]", "same", "same", "same"),
    ("[{do: allow}]", "same", "same", "same"),
    # order worked out for Kubernetes, a deny that beats allows for Cilium
    (f"[{{do: deny, {GUESTS}}}, {{do: allow, {ANYWHERE}, {WEB}}}]", "same", "same", "same"),
    (f"[{{do: allow, {GUESTS}, {WEB}}}, {{do: deny, {GUESTS}}}, {{do: allow, {ANYWHERE}}}]", "same", "same", "same"),
    # its ranges compare addresses, as Calico's do and Cilium's do not; the Kubernetes API leaves that open
    (f"[{{do: allow, {RANGE}, {WEB}}}]", "same", "same", "tighter"),
]


@pytest.mark.parametrize(("rules", "kubernetes", "calico", "cilium"), FROM_TOY)
def test_from_it(toy: Path, rules: str, kubernetes: str, calico: str, cilium: str) -> None:
    """The proof that is told is of the text that was written."""
    source = policy(rules)
    for target, expected in (("kubernetes", kubernetes), ("calico", calico), ("cilium", cilium)):
        result = translate.convert(source, to=target)
        assert result.proof is not None
        assert (target, result.proof.verdict.value) == (target, expected)
        assert translate.verify(source, result.text).proof.verdict.value == expected
    assert verdict_of(source, to="toy") is Verdict.SAME


def test_to_it(toy: Path) -> None:
    for target in ("kubernetes", "calico", "cilium"):
        source = KUBERNETES if target == "kubernetes" else translate.convert(KUBERNETES, to=target).text
        result = translate.convert(source, to="toy")
        assert result.proof is not None
        # Cilium's ranges hold no pods, and ranges of the toy do: the range is left out.
        expected = Verdict.TIGHTER if target == "cilium" else Verdict.SAME
        assert (target, result.proof.verdict) == (target, expected)
        assert translate.verify(source, result.text).proof.verdict is expected


def test_what_is_written(toy: Path) -> None:
    source = KUBERNETES.replace("  - from", "  # the API and our office\n  - from")
    assert (
        translate.convert(source, to="toy").text
        == """\
apiVersion: toy.example/v1
kind: ToyPolicy
metadata:
  name: web
  namespace: shop
spec:
  pods:
    matchLabels:
      app: web
  order: 1000
  ingress:
  # the API and our office
  - do: allow
    who:
    - podSelector:
        matchLabels:
          app: api
    - ipBlock:
        cidr: 203.0.113.0/24
    ports:
    - protocol: TCP
      port: 80
    - protocol: TCP
      port: 8000
      endPort: 8100
    - protocol: UDP
      port: metrics
  egress: []
"""
    )


def test_a_deny_of_everyone_means_the_own_node_too(toy: Path) -> None:
    """As with Cilium, and unlike what Kubernetes and Calico can say."""
    source = policy("[{do: deny, ports: [{port: 22}]}, {do: allow}]")
    assert translate.convert(source, to="cilium").exactness.value == "exact"
    for target, title in (("kubernetes", "Kubernetes"), ("calico", "Calico")):
        result = translate.convert(source, to=target)
        (loss,) = [loss for loss in result.losses if loss.code == "NPT511"]
        assert loss.message == (
            "the node a pod runs on gets in, kubelet and host processes alike: ToyPolicy/shop/web spec.ingress[0] "
            f"keeps it out, which {title} cannot"
        )
        assert result.text == ""


def test_order_decides(toy: Path) -> None:
    first, second = f"[{{do: deny, {GUESTS}}}]", f"[{{do: allow, {ANYWHERE}}}]"
    denying = policy(first, name="a", order=1) + "---\n" + policy(second, name="b", order=2)
    allowing = policy(first, name="a", order=2) + "---\n" + policy(second, name="b", order=1)
    assert translate.verify(denying, allowing).proof.verdict is Verdict.LOOSER
    one = policy(f"[{{do: deny, {GUESTS}}}, {{do: allow, {ANYWHERE}}}]")
    assert translate.verify(denying, one).proof.verdict is Verdict.SAME


@pytest.mark.parametrize("via", ["kubernetes", "calico", "cilium"])
def test_there_and_back(toy: Path, via: str) -> None:
    trip = translate.roundtrip(policy(f"[{{do: allow, {PODS}, {WEB}}}]"), via=via)
    assert (trip.proof.verdict, trip.differences) == (Verdict.SAME, {})
    back = translate.roundtrip(KUBERNETES, via="toy")
    assert (back.proof.verdict, back.differences) == (Verdict.SAME, {})


def test_what_a_proof_says_of_its_ranges(toy: Path) -> None:
    """Nothing that only an engine that is built in does."""
    proof = translate.convert(KUBERNETES, to="toy").proof
    assert proof is not None
    assert [str(one) for one in proof.assumptions] == [
        "depends on the engine: the Kubernetes API leaves open whether an ipBlock (203.0.113.0/24) covers the addresses of "
        "pods and nodes; Toy compares addresses: pods and nodes inside match; --source-engine says who enforces them today",
        "depends on the engine: the Kubernetes API leaves open whether a pod isolated for egress still reaches its own "
        "node; Toy asks the policies",
    ]


TRAITS = [
    ("first, address, ", "how rules combine, or of what an IP range matches"),
    ("address, ", "what an IP range matches"),
    ("from_own_node=OwnNode.UNLESS_DENIED, ", "whether the own node is let in"),
    (", to_own_node=OwnNode.ASKED", "whether the own node is reached"),
]


@pytest.mark.parametrize(
    ("left_out", "told"), TRAITS, ids=["combining and reach", "reach", "from own node", "to own node"]
)
def test_a_trait_that_it_does_not_state(install: Install, left_out: str, told: str) -> None:
    install(without=left_out)
    proof = translate.verify(policy("[]"), KUBERNETES).proof
    assert (proof.verdict, proof.reason) == (Verdict.UNDECIDED, f"nothing is known of {told}, by Toy")
    assert verdict_of(policy("[]"), to="calico") is Verdict.UNDECIDED


INGRESS_ALONE = {"directions: [ingress, egress]": "directions: [ingress]"}
NO_EGRESS = "a ToyPolicy says nothing of egress"
CALICO = """\
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {selector: app == 'web', types: [Ingress, Egress], ingress: [{action: Allow, protocol: TCP}], egress: [%s]}
"""
CLOSED = [
    KUBERNETES,
    CALICO % "",
    CALICO % "{action: Allow, protocol: TCP}",
    CALICO % "{action: Allow, destination: {nets: [0.0.0.0/0]}}",
    CALICO % "{action: Deny, protocol: UDP}, {action: Allow}",
    CALICO % "{action: Deny, protocol: UDP}, {action: Pass}",
]


@pytest.mark.parametrize("source", CLOSED)
def test_a_direction_that_it_has_no_word_for_is_refused(install: Install, source: str) -> None:
    install(table=INGRESS_ALONE)
    with pytest.raises(UnsupportedError) as error:
        translate.convert(source, to="toy", on_loss="loosen")
    named = "NetworkPolicy/shop/web"
    assert ("NPT210", f"{NO_EGRESS}: what {named} closes would be open", named) in [
        (one.code, one.message, one.object) for one in error.value.refusals
    ]


OPEN = ["{action: Allow}", "{action: Allow, protocol: TCP}, {action: Allow}", "{action: Pass}"]


@pytest.mark.parametrize("rules", OPEN)
def test_a_direction_that_is_open_needs_no_word(install: Install, rules: str) -> None:
    install(table=INGRESS_ALONE)
    result = translate.convert(CALICO % rules, to="toy")
    assert ("NPT308", f"{NO_EGRESS}, and NetworkPolicy/shop/web leaves all of it open") in [
        (loss.code, loss.message) for loss in result.losses
    ]
    (value,) = result.objects
    assert ([side for side in ("ingress", "egress") if side in value["spec"]], result.exactness.value) == (
        ["ingress"],
        "exact",
    )
    assert result.proof is not None
    assert result.proof.verdict is Verdict.SAME


def test_nothing_stands_for_a_policy_of_such_a_direction_alone(install: Install) -> None:
    install(table=INGRESS_ALONE)
    alone = CALICO.replace("types: [Ingress, Egress], ingress: [{action: Allow, protocol: TCP}]", "types: [Egress]")
    result = translate.convert(alone % "{action: Allow}", to="toy")
    assert ([loss.code for loss in result.losses if loss.effect.value == "exact"], result.objects) == (["NPT308"], ())


def test_names_of_ports_that_it_has_no_word_for_are_lost_by_name(install: Install) -> None:
    install(table={"port_names: true": "port_names: false"})
    result = translate.convert(KUBERNETES, to="toy")
    assert [(loss.code, loss.effect.value, loss.message) for loss in result.losses] == [
        (
            "NPT509",
            "tighter",
            "packets to the port called metrics no longer reach the pods of NetworkPolicy/shop/web: a ToyPolicy cannot say them",
        )
    ]
    assert result.proof is not None
    assert result.proof.verdict is Verdict.TIGHTER
    assert "metrics" not in result.text


REFUSED = [
    ("[{do: maybe}]", "spec.ingress[0].do"),
    ("[{do: allow, whom: []}]", "spec.ingress[0]"),
    ("[{do: allow, who: [{}]}]", "spec.ingress[0].who[0]"),
    ("[{do: allow, who: [{ipBlock: {cidr: 10.0.0.1/8}}]}]", "spec.ingress[0].who[0].ipBlock.cidr"),
    ("[{do: allow, ports: [{port: 0}]}]", "spec.ingress[0].ports[0].port"),
]


@pytest.mark.parametrize(("rules", "place"), REFUSED)
def test_what_its_server_refuses(toy: Path, rules: str, place: str) -> None:
    with pytest.raises(InputError) as error:
        translate.load(policy(rules))
    (problem,) = error.value.problems
    assert place in problem.message.split("; did you mean")[0]


def test_the_command_line(toy: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys; sys.path.insert(0, {str(toy)!r}); from translate.cli.main import run; sys.exit(run(sys.argv[1:]))"
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    assert "--to [kubernetes|calico|cilium|toy|k8s|np]" in run("convert", "--help").stdout
    listed = [line.split() for line in run("dialects").stdout.splitlines()]
    assert listed[0] == ["construct", "kubernetes", "calico", "cilium", "toy"]
    assert ["isolation", "exact", "exact", "exact", "exact"] in listed
    assert run("dialects", "toy").stdout.splitlines()[0] == "ToyPolicy"

    file = tmp_path / "policy.yaml"
    file.write_text(KUBERNETES)
    done = run("--to", "toy", str(file), "--report", "json")
    report = json.loads(done.stderr)
    assert (done.returncode, report["proof"]["verdict"]) == (0, "same")
    (told,) = report["policies"]
    assert (told["targets"], told["exactness"]) == (
        [{"kind": "ToyPolicy", "namespace": "shop", "name": "web"}],
        "same",
    )
    assert "; Toy compares addresses: " in report["proof"]["assumptions"][0]
    written = tmp_path / "toy.yaml"
    written.write_text(done.stdout)
    assert run("verify", str(file), str(written)).returncode == 0
    assert run("roundtrip", str(written), "--via", "calico").returncode == 0
