"""Objects of a live cluster, asked of its API server page by page. Nothing is asked but to list and to get.

lightkube reads the kubeconfig and knows how to log in; it is imported here alone, and is there with the extra
``cluster`` ([ADR 41](../../docs/adr/0041-collect.md)).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import yaml
from lightkube.config.client_adapter import Client, ConnectionParams
from lightkube.config.kubeconfig import KubeConfig, SingleConfig
from lightkube.config.models import User
from lightkube.core.exceptions import ConfigError

from translate.cluster.discovery import served
from translate.cluster.events import Begun, ClusterEvent, KindListed, Seen, Withheld
from translate.cluster.resources import ApiResource, core
from translate.core.diagnostics import InputError, Problem
from translate.core.loose import map_at, maps_at, text_at
from translate.core.origin import Origin
from translate.frontend.bystanders import table_of

STALE, BUSY = 410, (429, 500, 502, 503, 504)
AGAIN, RETRIES, PAUSE = 3, 3, 0.5
"""How often a list is begun anew, how often a page is asked for, and seconds before the second time."""
LARGEST_PAGE = 256 << 20
UNREAD = ("proxy-url", "tls-server-name", "as", "as-uid", "as-groups", "as-user-extra")
"""What a kubeconfig may say that is not understood here, and must not be passed over."""
PIPE = "pipe in what kubectl prints instead (docs/collect.md)"


class RefusedError(Exception):
    """The server answered with something else than what was asked for."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(f"{status}: {message}" if message else str(status))


@dataclass(frozen=True, slots=True)
class ServerConnection:
    """Where a cluster is and how it is asked: the server's address, pages of so many objects, seconds for each."""

    client: httpx2.Client
    server: str
    page: int
    seconds: float


def connect(kubeconfig: Path | None, context: str | None, *, page: int, seconds: float) -> ServerConnection:
    """A connection as a kubeconfig says: the file, else KUBECONFIG, the account of a pod, or ``~/.kube/config``.

    Nothing is asked yet. Raises InputError in one line.
    """
    try:
        config = _config(kubeconfig, context)
        client = Client(config, ConnectionParams(timeout=httpx2.Timeout(seconds)))
    except (ConfigError, msgspec.ValidationError, OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        text = f"has no {error}" if isinstance(error, KeyError) else f"cannot be used: {error}"
        raise _trouble("kubeconfig", " ".join(text.split())[:300]) from None
    return ServerConnection(client, config.cluster.server, page, seconds)


def _config(kubeconfig: Path | None, context: str | None) -> SingleConfig:
    named = str(kubeconfig) if kubeconfig is not None else os.environ.get("KUBECONFIG", "")
    if not named and context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        found = KubeConfig.from_service_account().get()
    else:
        if os.pathsep in named:
            raise ConfigError("KUBECONFIG names several files: kubectl config view --flatten --raw makes one of them")
        path = Path(named or "~/.kube/config").expanduser()
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict):
            raise ConfigError(f"{path} is no kubeconfig")
        found = KubeConfig.from_dict(raw, fname=path).get(context)
        assert found is not None
        _check(raw, found)
    assert found is not None
    return found if found.user is not None else found._replace(user=User())


def _check(raw: Mapping[str, Any], found: SingleConfig) -> None:
    """Raise ConfigError where the kubeconfig says something that would be passed over."""
    named = (("clusters", "cluster", found.context.cluster), ("users", "user", found.context.user))
    for place, key, name in named:
        for one in maps_at(raw, place):
            beyond = [word for word in UNREAD if one.get("name") == name and map_at(one, key).get(word)]
            if beyond:
                raise ConfigError(f"{key} {name} says {beyond[0]}, which is not understood here: {PIPE}")


class ApiServer:
    """The objects of a cluster, or of some of its namespaces and what is in none."""

    def __init__(self, connection: ServerConnection, namespaces: tuple[str, ...]) -> None:
        self._connection, self.namespaces = connection, namespaces
        self._silent: list[Withheld] = []

    def events(self) -> Iterator[ClusterEvent]:
        """All that it has to say, page by page. Raises InputError where it breaks off."""
        answered = False
        self._silent.clear()
        for resource in (*core(), *served(self._discovered)):
            for event in self._listed(resource):
                answered = answered or isinstance(event, KindListed)
                yield event
        yield from self._silent
        if not answered:
            raise self._wrong("shows nothing to these credentials: collect --print-rbac prints what is needed")

    def _discovered(self, path: str) -> Mapping[str, Any]:
        """What the server says of its APIs; nothing where it has no such one, or the one behind it does not answer."""
        try:
            return self._get(path, {})
        except RefusedError as refused:
            if path == "/apis":
                raise self._wrong(f"does not tell which APIs it has ({refused})") from None
            _, _, group, version = path.split("/")
            if refused.status != 404 and table_of(group) is not None:
                self._silent.append(Withheld(ApiResource(group, version, "*", "*"), str(refused)))
            return {}

    def _listed(self, resource: ApiResource) -> Iterator[ClusterEvent]:
        """All objects of a kind; where the list went stale midway, once more from the start."""
        for turn in range(AGAIN + 1):
            yield Begun(resource, again=turn > 0)
            try:
                for path in self._paths(resource):
                    yield from self._pages(resource, path)
            except RefusedError as refused:
                if refused.status == STALE:
                    continue
                if refused.status != 404 or (resource.kind == "Namespace" and not resource.group):
                    yield Withheld(resource, str(refused))
                return
            yield KindListed(resource)
            return
        yield Withheld(resource, f"changed faster than it could be listed, {AGAIN + 1} times")

    def _paths(self, resource: ApiResource) -> Iterator[str]:
        root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
        if resource.name:
            yield f"{root}/namespaces/{resource.namespace}/{resource.plural}/{resource.name}"
        elif self.namespaces and resource.kind == "Namespace" and not resource.group:
            yield from (f"{root}/{resource.plural}/{name}" for name in self.namespaces)
        elif self.namespaces and resource.namespaced:
            yield from (f"{root}/namespaces/{name}/{resource.plural}" for name in self.namespaces)
        else:
            yield f"{root}/{resource.plural}"

    def _pages(self, resource: ApiResource, path: str) -> Iterator[ClusterEvent]:
        """The objects at a path. Raises RefusedError."""
        head = {"apiVersion": resource.api_version, "kind": resource.kind}
        wanted: dict[str, str] = {"limit": str(self._connection.page)}
        while True:
            answer = self._get(path, wanted)
            if not isinstance(answer.get("items"), list):
                if text_at(answer, "kind") != resource.kind:
                    raise self._wrong(f"answered for {resource} with neither a list nor one")
                yield Seen(resource, answer)
                return
            yield from (Seen(resource, {**item, **head}) for item in maps_at(answer, "items"))
            following = text_at(map_at(answer, "metadata"), "continue")
            if not following:
                return
            if following == wanted.get("continue"):
                raise self._wrong(f"gives the same page of {resource} again and again")
            wanted["continue"] = following

    def _get(self, path: str, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        """One answer; asked for again where the server is busy or the connection broke. Raises RefusedError."""
        for turn in range(1, RETRIES + 1):
            try:
                status, body = self._answer(path, parameters)
                if status not in BUSY or turn == RETRIES:
                    return self._read(path, status, body)
            except httpx2.TimeoutException:
                raise self._wrong(f"did not answer within {self._connection.seconds:g} s ({path})") from None
            except httpx2.TransportError as error:
                if turn == RETRIES or isinstance(error, httpx2.ConnectError):
                    raise self._wrong(f"cannot be reached, or broke off ({path}): {error}") from None
            except (ConfigError, OSError, KeyError, ValueError) as error:
                raise _trouble("kubeconfig", f"the credentials cannot be used: {error}; {PIPE}") from None
            time.sleep(PAUSE * turn)
        raise AssertionError("the last turn returns or raises")

    def _answer(self, path: str, parameters: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body, in the seconds that it has for both."""
        until, body = time.monotonic() + self._connection.seconds, bytearray()
        with self._connection.client.stream("GET", path, params=dict(parameters)) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > until:
                    raise httpx2.ReadTimeout("too slow")
                if len(body) > LARGEST_PAGE:
                    raise self._wrong(f"sent more than {LARGEST_PAGE >> 20} MiB as one page ({path})")
            return response.status_code, bytes(body)

    def _read(self, path: str, status: int, body: bytes) -> Mapping[str, Any]:
        try:
            answer = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            answer = None
        if status == 401:
            raise self._wrong("does not know who asks (401): log in, or name another --context")
        if status != 200:
            raise RefusedError(status, text_at(answer, "message")[:200] if isinstance(answer, dict) else "")
        if not isinstance(answer, dict):
            raise self._wrong(f"answered with what is no JSON ({path})")
        return answer

    def _wrong(self, text: str) -> InputError:
        return _trouble(self._connection.server, f"the API server {text}; nothing is written")


def _trouble(name: str, message: str) -> InputError:
    return InputError([Problem(message=message, origin=Origin(name))])
