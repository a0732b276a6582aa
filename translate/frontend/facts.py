"""The facts file (``--facts``): what a user states about the cluster, checked before anything rests on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, TypeAlias

from msgspec.structs import replace

from translate.core.diagnostics import InputError, Problem
from translate.core.names import block, dns_label_problem, label_key_problem, label_value_problem, shown
from translate.core.near import near
from translate.core.origin import Origin, Path, spell
from translate.dialects.base import Object
from translate.frontend.contradictions import of_objects, of_ranges
from translate.frontend.facts_objects import told, with_objects
from translate.frontend.sources import Places, Source, from_path
from translate.model.assume import Assume
from translate.model.facts import KINDS, NO_FACTS, Facts, Namespace, StatedPlaces
from translate.model.selectors import NAMESPACE_NAME
from translate.model.settings import DEFAULTS, EngineSettings
from translate.yamlio.read import Document, read

FactsInput: TypeAlias = Facts | FilePath | Mapping[str, Any] | None
"""What the public functions take as facts; a ``pathlib.Path`` names a file."""

DEFAULT_NAMESPACE = "default"
FIELDS = ("pods", "nodes", "services", "apiServers", "namespaces", "complete", "settings", "assume")


def facts_of(given: FactsInput) -> Facts:
    """The facts of a file, or of its content. Raises InputError with every mistake in it."""
    if given is None:
        return NO_FACTS
    if isinstance(given, Facts):
        return given
    if isinstance(given, Mapping):
        return _Reader("facts", None).facts(given)
    source = from_path(given)
    if source.trouble:
        raise InputError([Problem(message=source.trouble, origin=Origin(source.name))])
    return _from_text(source)


def _from_text(source: Source) -> Facts:
    documents = read(source.text, file=source.name)
    maps = [document for document in documents if isinstance(document.value, Mapping) and not _is_object(document)]
    objects = [document for document in documents if _is_object(document)]
    if len(maps) != 1 or len(maps) + len(objects) != len(documents):
        message = f"a facts file is one map of {', '.join(FIELDS)}; behind it may stand objects of the cluster"
        raise InputError([Problem(message=message, origin=Origin(source.name))])
    stated = maps[0].value
    assert isinstance(stated, Mapping)
    found = _Reader(source.name, maps[0]).facts(stated)
    return _with(found, objects) if objects else found


def _with(facts: Facts, documents: Sequence[Document]) -> Facts:
    """The facts and what objects behind them tell. Raises InputError where these contradict each other."""
    from translate.frontend.told_addresses import of_told_addresses  # only where objects stand behind facts

    found, places = list(_objects(documents)), Places()
    places.add(documents)
    tell, problems = told(found, DEFAULT_NAMESPACE), []
    for one in (*of_objects(facts, tell, places), *of_told_addresses(facts, found)):
        line, column = places.locate(one.origin) or (0, 0)
        problems.append(replace(one, line=line, column=column))
    if problems:
        raise InputError(problems)
    return with_objects(facts, tell)


def _is_object(document: Document) -> bool:
    return isinstance(document.value, Mapping) and {"apiVersion", "kind"} <= document.value.keys()


def _objects(documents: Sequence[Document]) -> Iterator[Object]:
    """The objects of documents, those inside of lists one by one."""
    for document in documents:
        assert isinstance(document.value, Mapping)
        items, origin = document.value.get("items"), Origin(document.file, document.index)
        if not isinstance(items, list):
            yield Object(document.value, origin)
            continue
        maps = ((index, item) for index, item in enumerate(items) if isinstance(item, Mapping))
        yield from (Object(item, origin.at("items", index)) for index, item in maps)


class _Reader:
    """Reads one facts document and gathers what is wrong with it."""

    def __init__(self, name: str, document: Any) -> None:
        self._name, self._document = name, document
        self._problems: list[Problem] = []

    def facts(self, given: Mapping[str, Any]) -> Facts:
        for key in given:
            if key not in FIELDS:
                self._wrong((str(key),), f"is no fact: a facts file has {', '.join(FIELDS)}")
        found = Facts(
            pods=tuple(self._ranges(given, "pods")),
            nodes=tuple(self._ranges(given, "nodes")),
            services=tuple(self._ranges(given, "services")),
            api_servers=tuple(self._ranges(given, "apiServers")),
            namespaces=tuple(self._namespaces(given["namespaces"])) if "namespaces" in given else (),
            complete=tuple(self._complete(given)),
            settings=self._settings(given["settings"]) if "settings" in given else DEFAULTS,
            stated=self._places(given),
            assumed=tuple(self._assumed(given)),
        )
        if not self._problems:
            for path, text in of_ranges(found):
                self._wrong(path, text)
        if self._problems:
            raise InputError(self._problems)
        return found

    def _settings(self, given: Any) -> EngineSettings:
        from translate.frontend.facts_settings import settings_of  # few clusters state them

        return settings_of(given, self._wrong)

    def _places(self, given: Mapping[str, Any]) -> StatedPlaces:
        """Where that stands which the input may contradict: kinds under ``complete``, and namespaces."""
        if self._document is None:
            return StatedPlaces(self._name)
        kinds, names = given.get("complete"), given.get("namespaces")
        where: dict[Path, Path] = {("complete", "Namespace"): ("namespaces",)} if names is not None else {}
        if isinstance(kinds, list):
            where |= {("complete", str(kind)): ("complete", index) for index, kind in enumerate(kinds)}
        if isinstance(names, Mapping):
            where |= {("namespaces", str(name)): ("namespaces", str(name)) for name in names}
        found = ((path, *self._document.key_place(place)) for path, place in where.items())
        return StatedPlaces(self._name, tuple(found))

    def _wrong(self, path: Path, text: str) -> None:
        line, column = self._document.key_place(path) if self._document is not None else (0, 0)
        origin = Origin(self._name, 0, path)
        self._problems.append(Problem(message=f"{spell(path)} {text}", origin=origin, line=line, column=column))

    def _ranges(self, given: Mapping[str, Any], key: str) -> Iterator[str]:
        """Ranges, and addresses as ranges of one."""
        texts = given.get(key, [])
        if not isinstance(texts, list):
            self._wrong((key,), "must be a list of IP ranges")
            return
        for index, text in enumerate(texts):
            whole = None
            if isinstance(text, str):
                whole = block(text if "/" in text else f"{text}/{128 if ':' in text else 32}")
            if whole is None:
                self._wrong((key, index), f"{shown(str(text))} must be an IP range or an address")
            else:
                yield whole.canonical

    def _complete(self, given: Mapping[str, Any]) -> Iterator[str]:
        """The kinds of which all objects are told. Namespaces that are listed are all."""
        kinds = given.get("complete", [])
        if not isinstance(kinds, list):
            self._wrong(("complete",), f"must be a list of {', '.join(KINDS)}")
            kinds = []
        for index, kind in enumerate(kinds):
            if kind not in KINDS:
                self._wrong(("complete", index), f"{shown(str(kind))} must be one of {', '.join(KINDS)}")
        yield from (kind for kind in KINDS if kind in kinds or (kind == "Namespace" and "namespaces" in given))

    def _assumed(self, given: Mapping[str, Any]) -> Iterator[Assume]:
        """What is assumed of addresses, each once."""
        names = given.get("assume", [])
        if not isinstance(names, list):
            self._wrong(("assume",), f"must be a list of {', '.join(Assume)}")
            return
        known = [one.value for one in Assume]
        for index, name in enumerate(names):
            if name not in known:
                text = f"{shown(str(name))} must be one of {', '.join(known)}{near(str(name), known)}"
                self._wrong(("assume", index), text)
        yield from (one for one in Assume if one in names)

    def _namespaces(self, given: Any) -> Iterator[Namespace]:
        if not isinstance(given, Mapping):
            self._wrong(("namespaces",), "must be a map from each namespace to its labels")
            return
        for name, labels in given.items():
            fault = dns_label_problem(str(name))
            if fault is not None:
                self._wrong(("namespaces", name), f"{shown(str(name))} {fault}")
            if labels is not None and not isinstance(labels, Mapping):
                self._wrong(("namespaces", name), "must be a map of labels")
                continue
            origin = Origin(self._name, 0, ("namespaces", str(name)))
            yield Namespace(str(name), tuple(self._labels(str(name), labels or {})), origin)

    def _labels(self, name: str, labels: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for key, value in labels.items():
            fault = label_key_problem(key)
            if fault is None:
                fault = label_value_problem(value) if isinstance(value, str) else "must be a text"
            if fault is None and key == NAMESPACE_NAME.key and value != name:
                fault = f"must be {shown(name)}: every namespace has its own name under this key"
            if fault is not None:
                self._wrong(("namespaces", name, key), f"{shown(str(value))} {fault}")
            elif key != NAMESPACE_NAME.key:
                yield key, value
