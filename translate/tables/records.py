"""The record types of the tables; ``mappings/schema/`` holds the same shapes as JSON Schema."""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct, field

from translate.model.peers import Kind
from translate.model.policy import Action, Direction
from translate.model.selectors import Scope


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all records: a misspelt field is an error."""


class Meaning(StrEnum):
    """What a key is a fact of, where it is no ordinary label."""

    NAMESPACE_NAME = "namespace name"
    NAMESPACE_LABEL = "namespace label"
    SERVICE_ACCOUNT_NAME = "service account name"
    SERVICE_ACCOUNT_LABEL = "service account label"
    KUBERNETES_POD = "kubernetes pod"
    CLUSTER_NAME = "cluster name"

    @property
    def is_of_namespaces(self) -> bool:
        """Whether it is a fact of the namespace that something is in."""
        return self in (Meaning.NAMESPACE_NAME, Meaning.NAMESPACE_LABEL)

    @property
    def is_of_pods_alone(self) -> bool:
        """Whether only pods have it, and no labelled address set."""
        return self in (Meaning.KUBERNETES_POD, Meaning.SERVICE_ACCOUNT_NAME, Meaning.SERVICE_ACCOUNT_LABEL)


class ImplicitLabel(Record, frozen=True):
    """A key (or every key with ``prefix``) that an engine gives a meaning of its own."""

    dialect: str
    scope: Scope
    means: Meaning
    key: str = ""
    prefix: str = ""
    value: str = ""


class UnseenLabels(Record, frozen=True):
    """Keys of pod labels that an engine leaves out of identities."""

    dialect: str
    seen: tuple[str, ...]
    prefixes: tuple[str, ...]
    contains: tuple[str, ...]

    def hides(self, key: str) -> bool:
        """Whether no policy can ever match a pod label called ``key``."""
        if key.startswith(self.seen):
            return False
        return key.startswith(self.prefixes) or any(part in key for part in self.contains)


class Labels(Record, frozen=True):
    """The table of label keys."""

    implicit: tuple[ImplicitLabel, ...]
    unseen: UnseenLabels
    of_controllers: tuple[str, ...]
    """Keys of labels that controllers put on pods, whatever their template says."""

    def meaning(self, dialect: str, scope: Scope, key: str) -> tuple[ImplicitLabel, str] | None:
        """The record for ``key`` and what follows its prefix; None for an ordinary label."""
        for record in self.implicit:
            if record.dialect != dialect or record.scope is not scope:
                continue
            if record.key == key and key:
                return record, ""
            if record.prefix and key.startswith(record.prefix):
                return record, key[len(record.prefix) :]
        return None


class Entity(Record, frozen=True):
    """Who carries a name: whoever is ``always`` of these kinds, and ``sometimes`` by the label ``when``."""

    name: str
    always: tuple[Kind, ...] = ()
    sometimes: tuple[Kind, ...] = ()
    when: str = ""


class Entities(Record, frozen=True):
    """The table of entities and of reserved labels."""

    entities: tuple[Entity, ...]
    reserved: tuple[Entity, ...]

    def entity(self, name: str) -> Entity | None:
        """The entity called ``name``."""
        return next((found for found in self.entities if found.name == name), None)

    def label(self, name: str) -> Entity | None:
        """The reserved label called ``name``."""
        return next((found for found in self.reserved if found.name == name), None)


class PassingTier(Record, frozen=True):
    """A tier that ends in Pass, in front of the usual one: it isolates nobody."""

    name: str
    order: float


class PeerWord(StrEnum):
    """Peers by something else than pods and addresses that a dialect may have a word for."""

    NODES = "nodes"
    NAMES = "names"
    KINDS = "kinds"


KEEP = "keep it in its own dialect"


class Capabilities(Record, frozen=True):
    """What a dialect can say; a limit of 0 is none, no ``numbers`` are all protocols.

    What hardly any lacks, both ``directions`` and ``port_names``, it has unless it says otherwise. ``hosts``: what
    governs traffic of hosts there, which is not translated; empty where nothing does.
    """

    title: str
    actions: tuple[Action, ...]
    disjunction: bool
    patterns: bool
    peers: Literal["any", "kind", "one"]
    protocols: Literal["any", "one"]
    numbers: tuple[int, ...]
    reach: Literal["open", "address", "outside"]
    order: bool
    dots_in_names: Literal["many", "none"]
    directions: tuple[Direction, ...] = tuple(Direction)
    port_names: bool = True
    hosts: str = ""
    cluster_wide: bool = False
    rule_subjects: bool = False
    sets: bool = False
    compounds: bool = False
    families: bool = False
    icmp: Literal["none", "types", "codes"] = "none"
    source_ports: bool = False
    exclusions: bool = False
    peer_words: tuple[PeerWord, ...] = ()
    open_sections: bool = False
    accounts: bool = False
    conditions: bool = False
    requests: bool = False
    account_labels: bool = False
    denies: Literal["none", "first", "ordered"] = "none"
    deny_tier: PassingTier | None = None
    allow_tier: PassingTier | None = None
    most_ports: int = 0
    most_blocks: int = 0
    longest_selector: int = 0
    most_rules: int = 0
    longest_label_name: int = 0

    @property
    def way_for_hosts(self) -> str:
        """What somebody can do for traffic of hosts, as that is not translated."""
        return KEEP + (f", or write {self.hosts}" if self.hosts else "")


class Use(Record, frozen=True):
    """What an object of a kind does to traffic: always, or where one of ``fields`` says something (like ``value``).

    ``makes``: at the fields stand kinds, of which one is read or refused. ``shared``: an object that only one side has
    is one of the cluster, so of both.
    """

    how: Literal["refused", "routes"]
    fields: tuple[str, ...] = ()
    value: str = ""
    makes: bool = False
    shared: bool = False


REFUSED, ROUTES = Use("refused"), Use("routes")


class GroupKinds(Record, frozen=True):
    """The kinds of one API group: read (with versions), of some use, refused by name, routing, or foreign."""

    read: dict[str, tuple[str, ...]] = field(default_factory=dict)
    depends: dict[str, tuple[Use, ...]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    plurals: dict[str, str] = field(default_factory=dict)
    """What the API calls kinds whose plural is not made by the rule."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every kind that is listed."""
        return (*self.read, *self.depends, *self.refused, *self.routes, *self.foreign)

    def uses(self, kind: str) -> tuple[Use, ...] | None:
        """What objects of ``kind`` may do to traffic, but for what is read; None where the kind is not listed."""
        if kind in self.depends:
            return self.depends[kind]
        for listed, uses in ((self.refused, (REFUSED,)), (self.routes, (ROUTES,)), (self.foreign, ())):
            if any(fnmatchcase(kind, pattern) for pattern in listed):
                return uses
        return None


class Code(Record, frozen=True):
    """One code of the catalogue; codes are for ever."""

    name: str
    kind: Literal["loss", "refusal", "note"]
    effects: tuple[str, ...]
    meaning: str
    example: str
    way_out: str
    facts: tuple[str, ...] = ()
    """The fields of a facts file that may settle it."""


class Word(Record, frozen=True):
    """What a word of the reports stands for."""

    meaning: str


class Support(Record, frozen=True):
    """How a dialect takes a construct: exact, approximated or refused, from which version on, and how it is spelled."""

    spelled: str
    support: Literal["exact", "approximated", "refused"]
    since: str = ""
    code: str = ""


class Feature(Record, frozen=True):
    """One construct and how each dialect says it; ``sample`` proves it, ``pass_`` translates it."""

    id: str
    meaning: str
    dialects: dict[str, Support]
    sample: str
    pass_: str = field(default="", name="pass")
    note: str = ""


class FieldUse(Record, frozen=True):
    """Where an object of ``kinds`` and ``apiVersion`` uses a feature: at ``path``; ``value`` is a pattern."""

    path: str = ""
    kinds: tuple[str, ...] = ()
    apiVersion: str = ""
    value: str = ""


class Gate(Record, frozen=True):
    """A feature and the first release that has it; ``older``: what is written for older ones, if that is the same."""

    id: str
    since: str
    spelled: str
    meaning: str
    way_out: str
    where: tuple[FieldUse, ...] = ()
    test: str = ""
    older: str = ""


class Releases(Record, frozen=True):
    """The releases of an engine that are told apart, and what is not in all of them."""

    oldest: str
    newest: str
    gates: tuple[Gate, ...]


class OwnTables(Record, frozen=True):
    """What the package of a dialect brings to the tables: of that dialect what ``mappings/`` has of those in here.

    ``kinds`` are by API group, ``features`` by the id of the construct.
    """

    capabilities: Capabilities
    kinds: dict[str, GroupKinds]
    features: dict[str, Support] = field(default_factory=dict)
    labels: tuple[ImplicitLabel, ...] = ()
    unseen: UnseenLabels | None = None
    releases: Releases | None = None
