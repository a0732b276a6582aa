"""Cluster-wide policies, and peers that are nodes or DNS names: no target has a form for them, so they are refused."""

from __future__ import annotations

from translate.core.diagnostics import Report
from translate.model.peers import Fqdn, Nodes
from translate.model.policy import Policy
from translate.plan.context import Target
from translate.plan.edit import rules_of

CODE = "NPT210"


def run(policies: tuple[Policy, ...], target: Target, report: Report) -> tuple[Policy, ...]:
    """Refuse what is beyond one namespace; the policies stay as they are."""
    for policy in policies:
        name = str(policy.identity)
        if policy.identity.namespace is None:
            message = f"{name} is cluster-wide, a {target.can.title} belongs to one namespace"
            report.refuse(CODE, message, origin=policy.origin, object=name, hint="keep it in its own API")
        for rule in rules_of(policy):
            for peer in rule.peers:
                if isinstance(peer, (Nodes, Fqdn)):
                    what = "nodes by label" if isinstance(peer, Nodes) else f"the DNS name {peer.pattern}"
                    message = f"a peer that is {what} has no counterpart in a {target.can.title}"
                    report.refuse(CODE, message, origin=peer.origin, object=name)
    return policies
