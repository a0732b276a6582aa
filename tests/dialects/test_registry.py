"""Dialects that other packages bring: found by entry point, looked for only where needed, and refused where two claim
the same.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from translate import dialects
from translate.api.options import Options, dialect
from translate.core.diagnostics import DialectError
from translate.dialects import BUILT_IN
from translate.frontend.intake import take_in
from translate.frontend.link import link
from translate.frontend.sources import Source
from translate.model.selectors import Scope
from translate.model.settings import DEFAULTS
from translate.tables import load
from translate.tables.packages import registered

MODULE = """\
from pathlib import Path

from translate.dialects.base import Lifted
from translate.dialects.objects import Manifest
from translate.dialects.protocol import Dialect
from translate.model.semantics import Semantics
from translate.tables.load import own_tables


class Small(Dialect):
    name, title = "{name}", "Small"
    groups, aliases = ("{group}",), ("{alias}",)
    tables = own_tables(Path(__file__).with_suffix(".yaml"))

    def semantics(self, settings):
        return Semantics("small")

    def read(self, item):
        return Manifest()

    def lift(self, found, origin, settings, report):
        return Lifted()

    def emit(self, policies, *, traced):
        return []


DIALECT = Small()
"""
TABLES = """\
capabilities:
  {{title: Small policy, actions: [Allow], disjunction: false, patterns: false, peers: any, protocols: any, numbers: [6],
    reach: open, order: false, dots_in_names: many}}
kinds: {{{group}: {{read: {{Small: [v1]}}, foreign: [SmallSetting]}}}}
features: {{isolation: {{support: exact, spelled: closed}}}}
labels: [{{dialect: {name}, scope: pod, key: small, means: namespace name}}]
releases: {{oldest: "1.0", newest: "1.2", gates: []}}
"""
SMALL = {"name": "small", "group": "small.example", "alias": "sm"}

Bring = Callable[..., None]


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Installs a package with a dialect for this test."""

    def install(package: str, tables: str = TABLES, module: str = MODULE, entry: str = "", **words: str) -> None:
        said = SMALL | words
        code = package.replace("-", "_")
        (tmp_path / f"{code}.py").write_text(module.format(**said))
        (tmp_path / f"{code}.yaml").write_text(tables.format(**said))
        info = tmp_path / f"{code}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        name = entry or said["name"]
        (info / "entry_points.txt").write_text(f"[netpol_translate.dialects]\n{name} = {code}:DIALECT\n")

    monkeypatch.syspath_prepend(tmp_path)
    registered.cache_clear()
    before = set(sys.modules)
    yield install
    registered.cache_clear()
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and Path(str(sys.modules[name].__file__)).parent == tmp_path:
            del sys.modules[name]


def test_the_registry_the_dialects_and_the_tables_agree() -> None:
    assert [dialects.get(name).name for name in BUILT_IN] == list(BUILT_IN) == list(load.capabilities())
    assert {group for row in BUILT_IN.values() for group in row.groups} == set(load.kinds())
    for name in BUILT_IN:
        semantics = dialects.get(name).semantics(DEFAULTS)
        assert (semantics.name, semantics.title) == (name, dialects.get(name).title)
        assert dialects.get(name).shared_reading(DEFAULTS) is not None


@pytest.mark.parametrize("name", ["calico", "cilium"])
def test_every_field_of_settings_can_be_stated(name: str) -> None:
    form = dialects.get(name).settings
    assert form is not None
    assert sorted(setting.field for setting in form.fields.values()) == sorted(form.kind.__struct_fields__)


def test_abilities() -> None:
    """Who can what: a change here is one of the program, seen in a diff."""
    able = {
        name: (dialect.staging is not None, dialect.log_denials is not None, dialect.observe_denials is not None)
        for name, dialect in ((name, dialects.get(name)) for name in BUILT_IN)
    }
    assert able == {
        "kubernetes": (False, False, False),
        "calico": (True, True, False),
        "cilium": (False, False, True),
    }


def test_a_brought_dialect_is_known_by_name_alias_and_group(bring: Bring) -> None:
    bring("small-policies")
    assert dialects.names() == ("kubernetes", "calico", "cilium", "small")
    assert tuple(dialects.aliases()) == ("k8s", "np", "sm")
    assert dialects.engines() == ("calico", "cilium")  # it does not say how it reads Kubernetes policies
    assert (dialect("sm"), dialect("small"), dialects.of_group("small.example")) == ("small", "small", "small")
    assert dialects.get("small").title == "Small"


@pytest.mark.parametrize("form", ["zip", "egg-info", "egg"])
def test_a_dialect_is_found_in_every_form_of_a_package(
    bring: Bring, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring("small-policies")
    info = tmp_path / "small_policies-1.0.dist-info"
    match form:
        case "zip":
            with zipfile.ZipFile(tmp_path / "packages.zip", "w") as packed:
                for file in info.iterdir():
                    packed.write(file, f"{info.name}/{file.name}")
            monkeypatch.syspath_prepend(tmp_path / "packages.zip")
            shutil.rmtree(info)
        case "egg-info":
            (info / "METADATA").rename(info / "PKG-INFO")
            info.rename(info.with_suffix(".egg-info"))
        case _:
            egg = tmp_path / "small_policies-1.0.egg"
            egg.mkdir()
            (info / "METADATA").rename(info / "PKG-INFO")
            info.rename(egg / "EGG-INFO")
            monkeypatch.syspath_prepend(egg)
    assert dialects.names()[-1] == "small"


def test_a_brought_dialect_brings_its_tables(bring: Bring) -> None:
    bring("small-policies")
    assert load.capabilities()["small"].title == "Small policy"
    assert list(load.capabilities()) == ["kubernetes", "calico", "cilium", "small"]
    assert len(load.capabilities()) == 4
    assert load.kinds()["small.example"].foreign == ("SmallSetting",)
    assert load.versions()["small"].newest == "1.2"
    assert [row.id for row in load.features() if "small" in row.dialects] == ["isolation"]
    meaning = load.labels("small").meaning("small", Scope.POD, "small")
    assert meaning is not None
    assert meaning[0].means == "namespace name"
    assert load.labels().meaning("small", Scope.POD, "small") is None


def test_what_nobody_brings_stays_unknown(bring: Bring) -> None:
    assert dialects.names() == ("kubernetes", "calico", "cilium")
    assert dialects.of_group("small.example") is None
    assert "small" not in load.capabilities()
    with pytest.raises(ValueError, match="a dialect must be one of calico, cilium, kubernetes, not 'small'"):
        dialect("small")
    with pytest.raises(KeyError):
        dialects.get("small")


def test_objects_of_a_brought_dialect_are_read(bring: Bring) -> None:
    bring("small-policies")
    text = "apiVersion: small.example/v1\nkind: {}\nmetadata: {{name: a}}\n"
    given = (Source("a", text.format("Small")), Source("b", text.format("SmallSetting")))
    taken = link(take_in(given), default_namespace="default")
    assert (taken.dialects, [item.value["kind"] for item in taken.companions]) == (("small",), ["Small"])
    assert [item.value["kind"] for item in taken.foreign] == ["SmallSetting"]


def test_an_engine_that_reads_no_kubernetes_policies_gets_none(bring: Bring) -> None:
    bring("small-policies")
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n"
    given = (Source("a", f"{policy}---\napiVersion: small.example/v1\nkind: Small\nmetadata: {{name: a}}\n"),)
    (refusal,) = link(take_in(given), default_namespace="default").report.refusals
    assert refusal.message == "kubernetes and small policies in one input: no engine reads both"
    with pytest.raises(ValueError, match="an engine must be one of calico, cilium, kubernetes, not 'small'"):
        Options(source_engine="small")


CLASHES = [
    # what the second package says, and what is told; the first brings the dialect small
    (
        {},
        "the name small is claimed twice, by the dialect small of the package a-policies and by the dialect small of "
        "the package b-policies: uninstall one",
    ),
    (
        {"name": "other", "alias": "small"},
        "the name small is claimed twice, by the dialect other of the package b-policies and by the dialect small of "
        "the package a-policies: uninstall one",
    ),
    (
        {"name": "other", "alias": "ot"},
        "the API group small.example is claimed twice, by the dialect other of the package b-policies and by the "
        "dialect small of the package a-policies: uninstall one",
    ),
]


@pytest.mark.parametrize(("second", "message"), CLASHES)
def test_two_packages_that_claim_the_same(bring: Bring, second: dict[str, str], message: str) -> None:
    bring("a-policies")
    bring("b-policies", **second)
    with pytest.raises(DialectError) as error:
        dialects.names()
    assert str(error.value) == message


OURS = [
    ({"name": "calico"}, "the name calico is built in, and a package brings the dialect calico for it: uninstall it"),
    ({"alias": "k8s"}, "the name k8s is built in, and a package brings the dialect small for it: uninstall it"),
    (
        {"group": "cilium.io"},
        "the API group cilium.io is built in, and a package brings the dialect small for it: uninstall it",
    ),
]


@pytest.mark.parametrize(("words", "message"), OURS)
def test_a_package_that_claims_what_is_built_in(bring: Bring, words: dict[str, str], message: str) -> None:
    bring("a-policies", **words)
    with pytest.raises(DialectError) as error:
        dialects.of_group("unknown.example")
    assert str(error.value) == message


UNUSABLE = [
    ({"module": "import nowhere_at_all\n"}, "cannot be loaded: ModuleNotFoundError: No module named 'nowhere_at_all'"),
    ({"module": "DIALECT = 1\n"}, "cannot be loaded: AttributeError: 'int' object has no attribute 'name'"),
    ({"entry": "tiny"}, "calls itself small"),
    (
        {"module": MODULE.replace("    tables = ", "    mine = ")},
        "must bring tables with the kinds of its API groups, and of no others",
    ),
    (
        {"tables": TABLES.replace("kinds: {{{group}:", "kinds: {{other.example:")},
        "must bring tables with the kinds of its API groups, and of no others",
    ),
    (
        {"tables": TABLES.replace("title: Small policy, ", "")},
        "cannot be loaded: ValueError: {folder}/a_policies.yaml: Object missing required field `title` - at "
        "`$.capabilities`",
    ),
]


@pytest.mark.parametrize(("words", "said"), UNUSABLE)
def test_a_package_that_cannot_be_used(bring: Bring, tmp_path: Path, words: dict[str, str], said: str) -> None:
    bring("a-policies", **words)
    with pytest.raises(DialectError) as error:
        dialects.resolved("unknown")
    who = f"the dialect {words.get('entry', 'small')} of the package a-policies"
    assert str(error.value) == f"{who} {said.replace('{folder}', str(tmp_path))}"


def test_a_word_for_what_is_no_construct(bring: Bring) -> None:
    bring("a-policies", tables=TABLES.replace("isolation:", "insulation:"))
    with pytest.raises(DialectError, match="the dialect small has a word for insulation, which is no construct"):
        load.features()


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """A fresh process that finds what is installed in ``folder``; the last line of stderr tells what it has loaded."""
    code = (
        "import sys; from translate.cli.main import run; code = run(sys.argv[1:]);"
        "print('importlib.metadata' in sys.modules, file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {code}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    return done.returncode, done.stdout, done.stderr


SEED = "samples/seed/egress-cidr/kubernetes.yaml"


def test_the_command_line_lists_it(bring: Bring, tmp_path: Path) -> None:
    bring("a-policies")
    _, out, _ = run(tmp_path, "convert", "--help")
    assert "--to [kubernetes|calico|cilium|small|k8s|np|sm]" in out
    assert "small=1.0 to 1.2" in " ".join(out.split())
    _, out, _ = run(tmp_path, "dialects")
    assert out.splitlines()[0].split() == ["construct", "kubernetes", "calico", "cilium", "small"]
    assert out.splitlines()[1].split() == ["isolation", "exact", "exact", "exact", "exact"]
    assert out.splitlines()[2].split() == ["anyone", "exact", "exact", "exact", "-"]
    code, out, _ = run(tmp_path, "dialects", "sm")
    assert (code, out.splitlines()[0]) == (0, "Small policy")


def test_a_clash_is_told_in_one_line(bring: Bring, tmp_path: Path) -> None:
    bring("a-policies", name="calico")
    code, out, err = run(tmp_path, "--to", "small", SEED)
    message = "the name calico is built in, and a package brings the dialect calico for it: uninstall it"
    assert (code, out, err.splitlines()[:-1]) == (2, "", [f"netpol-translate: error: {message}"])


@pytest.mark.parametrize("target", ["calico", "k8s"])
def test_nobody_looks_for_packages_where_all_is_ours(target: str, tmp_path: Path) -> None:
    code, _, err = run(
        tmp_path, "--to", target, SEED, "samples/seed/dns-egress/calico.yaml", "--source-engine", "calico"
    )
    assert (code, err.splitlines()[-1]) == (0, "False")
