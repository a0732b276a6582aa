"""How a ToyPolicy spells a policy that fits the table; ``mark`` tells which comments of the input go where."""

from translate.dialects.base import Draft, Emitted, JsonObject
from translate.dialects.kubernetes.emit import spelled_peer, spelled_port
from translate.dialects.spelling import label_selector, sections, start
from translate.model.peers import Anyone
from translate.model.policy import Policy, Rule


def spelled(policy: Policy, traced: bool) -> Emitted:
    draft = start("toy.example/v1", "ToyPolicy", policy, traced)
    spec = draft.value["spec"]
    spec["pods"] = label_selector(draft, ("spec", "pods"), policy.subject.pods, lambda label: label.key)
    if (order := policy.order) is not None:
        spec["order"] = int(order) if order.is_integer() else order
    for side, section in sections(policy):
        spec[side.field] = [_rule(draft, side.field, index, rule) for index, rule in enumerate(section.rules)]
    return Emitted(draft, (policy,))


def _rule(draft: Draft, side: str, index: int, rule: Rule) -> JsonObject:
    draft.mark(("spec", side), index, rule.origin)
    at, result = ("spec", side, index), JsonObject(do=rule.action.lower())
    if not any(isinstance(peer, Anyone) for peer in rule.peers):
        result["who"] = [spelled_peer(draft, (*at, "who", i), peer) for i, peer in enumerate(rule.peers)]
    if all(item.protocol for item in rule.traffic):
        result["ports"] = [spelled_port(draft, (*at, "ports", i), item) for i, item in enumerate(rule.traffic)]
    return result
