"""The dialect of the tutorial in CONTRIBUTING: ordered rules, for an engine that is like none of those built in."""

from collections.abc import Iterable
from pathlib import Path

from translate.core.diagnostics import InputError, Report
from translate.core.origin import Origin
from translate.dialects.base import Emitted, Lifted, Object, Settings
from translate.dialects.decode import decode
from translate.dialects.kubernetes.lift import lifted_peer, lifted_traffic, selector
from translate.dialects.objects import Manifest, metadata, problems_at
from translate.dialects.protocol import Dialect
from translate.model.peers import OWN_NAMESPACE, Anyone, Reach
from translate.model.policy import Action, Identity, Policy, Rule, Section, Subject
from translate.model.selectors import Scope
from translate.model.semantics import Combining, OwnNode, Semantics
from translate.model.settings import EngineSettings
from translate.model.traffic import ANY_TRAFFIC
from translate.tables.load import own_tables

from .emit import spelled
from .manifest import ToyPolicy, ToyRule, faults


class Toy(Dialect):
    name, title, groups = "toy", "Toy", ("toy.example",)
    tables = own_tables(Path(__file__).with_name("toy.yaml"))

    def semantics(self, settings: EngineSettings) -> Semantics:
        first, address = Combining.FIRST_APPLICABLE, Reach.ADDRESS
        return Semantics("toy", "Toy", first, address, from_own_node=OwnNode.UNLESS_DENIED, to_own_node=OwnNode.ASKED)

    def read(self, item: Object) -> ToyPolicy:
        policy = decode(item.value, ToyPolicy, item.origin)
        if found := faults(policy):
            raise InputError(problems_at(found, item.origin))
        return policy

    def lift(self, found: Manifest, origin: Origin, settings: Settings, report: Report) -> Lifted:
        assert isinstance(found, ToyPolicy)
        meta, spec, at = found.metadata, found.spec, origin.at("spec")
        identity = Identity("ToyPolicy", meta.namespace or settings.default_namespace, meta.name or meta.generateName)
        subject = Subject(OWN_NAMESPACE, selector(spec.pods, Scope.POD, at.at("pods")), at.at("pods"))
        sides = _section(spec.ingress, at.at("ingress")), _section(spec.egress, at.at("egress"))
        return Lifted((Policy(identity, subject, *sides, order=spec.order, metadata=metadata(meta), origin=origin),))

    def emit(self, policies: Iterable[Policy], *, traced: bool) -> list[Emitted]:
        return [spelled(policy, traced) for policy in policies]


def _section(rules: tuple[ToyRule, ...] | None, at: Origin) -> Section | None:
    return None if rules is None else Section(True, tuple(_rule(rule, at.at(i)) for i, rule in enumerate(rules)), at)


def _rule(rule: ToyRule, at: Origin) -> Rule:
    peers = tuple(lifted_peer(peer, at.at("who", i), Reach.ADDRESS) for i, peer in enumerate(rule.who))
    traffic = tuple(lifted_traffic(port, at.at("ports", i)) for i, port in enumerate(rule.ports))
    return Rule(Action(rule.do.capitalize()), peers or (Anyone(at),), traffic or (ANY_TRAFFIC,), at)


DIALECT = Toy()
