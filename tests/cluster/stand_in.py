"""A stand-in for the API server: HTTP on this machine, the list API of Kubernetes, and the ways in which it fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "t0ken"
Objects = list[dict[str, Any]]


@dataclass(slots=True)
class Trouble:
    """What goes wrong: paths that are forbidden or answer with a status so many times, and lists that go stale, are cut
    off or hang once so many pages of them were given.
    """

    forbidden: set[str] = field(default_factory=set)
    statuses: dict[str, list[int]] = field(default_factory=dict)
    stale: dict[str, int] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    hangs: str = ""
    slow: str = ""


@dataclass(slots=True)
class Cluster:
    """What the server holds: lists by path, named objects by path; and what it was asked."""

    lists: dict[str, Objects]
    trouble: Trouble = field(default_factory=Trouble)
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    given_up: threading.Event = field(default_factory=threading.Event)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for _, path, _ in self.asked]


def groups(cluster: Cluster) -> dict[str, Any]:
    """The answer of discovery."""
    found: dict[str, list[str]] = {}
    for path in cluster.lists:
        _, api, *rest = path.split("/")
        if api == "apis" and rest[1] not in found.setdefault(rest[0], []):
            found[rest[0]].append(rest[1])
    entries = [
        {
            "name": group,
            "versions": [{"groupVersion": f"{group}/{version}", "version": version} for version in versions],
            "preferredVersion": {"groupVersion": f"{group}/{versions[0]}", "version": versions[0]},
        }
        for group, versions in found.items()
    ]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": entries}


def resources(cluster: Cluster, group: str, version: str) -> dict[str, Any] | None:
    """What discovery says of one version of a group."""
    start = f"/apis/{group}/{version}/"
    names = [path.removeprefix(start).split("#") for path in cluster.lists if path.startswith(start)]
    found = [
        {"name": name, "kind": kind, "namespaced": "ns" in rest, "verbs": ["get", "list"]}
        for name, kind, *rest in names
    ]
    found += [
        {"name": f"{one['name']}/status", "kind": one["kind"], "namespaced": False, "verbs": ["get"]} for one in found
    ]
    return {"kind": "APIResourceList", "resources": found} if found else None


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    cluster: Cluster

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Discovery, a page of a list, or one object."""
        url = urlsplit(self.path)
        asked, trouble = parse_qs(url.query), self.cluster.trouble
        self.cluster.asked.append((self.command, url.path, asked))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._status(401, "Unauthorized")
        if url.path in trouble.forbidden:
            return self._status(403, f'cannot list resource at "{url.path}"')
        if trouble.statuses.get(url.path):
            return self._status(trouble.statuses[url.path].pop(0), "the server is busy")
        if url.path == trouble.hangs:
            self.cluster.given_up.wait(20)
            return None
        if url.path == "/apis":
            return self._answer(groups(self.cluster))
        parts = url.path.split("/")
        if len(parts) == 4 and parts[1] == "apis":
            found = resources(self.cluster, parts[2], parts[3])
            return self._answer(found) if found else self._status(404, "404 page not found")
        return self._objects(url.path, asked)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _objects(self, path: str, asked: Mapping[str, list[str]]) -> None:
        trouble = self.cluster.trouble
        held = self._held(path)
        if held is None:
            return self._status(404, "the server could not find the requested resource")
        if isinstance(held, dict):
            return self._answer(held)
        page, start = int(asked.get("limit", ["0"])[0]) or len(held), int(asked.get("continue", ["0"])[0])
        if trouble.stale.get(path) and start:
            trouble.stale[path] -= 1
            return self._status(410, "The provided continue parameter is too old")
        if trouble.cut.get(path) and start:
            trouble.cut[path] -= 1
            return self._cut()
        rest = held[start + page :]
        meta = {
            "resourceVersion": "7",
            **({"continue": str(start + page), "remainingItemCount": len(rest)} if rest else {}),
        }
        items = [
            {key: part for key, part in one.items() if key not in ("apiVersion", "kind")}
            for one in held[start : start + page]
        ]
        return self._answer({"kind": "List", "apiVersion": "v1", "metadata": meta, "items": items})

    def _held(self, path: str) -> Objects | dict[str, Any] | None:
        """The list at a path, of one namespace or of all; or the one object."""
        for key, objects in self.cluster.lists.items():
            whole = key.partition("#")[0]
            root, _, plural = whole.rpartition("/")
            if path == whole:
                return objects
            for one in objects:
                meta = one["metadata"]
                inside = f"{root}/namespaces/{meta['namespace']}/{plural}" if "namespace" in meta else whole
                if path == f"{inside}/{meta['name']}":
                    return one
            if (
                path.startswith(f"{root}/namespaces/")
                and path.endswith(f"/{plural}")
                and path.count("/") == whole.count("/") + 2
            ):
                return [one for one in objects if one["metadata"].get("namespace") == path.split("/")[-2]]
        return None

    def _status(self, code: int, message: str) -> None:
        self._send(code, json.dumps({"kind": "Status", "status": "Failure", "message": message, "code": code}).encode())

    def _answer(self, value: Mapping[str, Any]) -> None:
        self._send(200, json.dumps(value).encode())

    def _send(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path.partition("?")[0] == self.cluster.trouble.slow:
            for at in range(0, len(body), 8):
                self.wfile.write(body[at : at + 8])
                self.wfile.flush()
                if self.cluster.given_up.wait(0.05):
                    return
        self.wfile.write(body)

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"kind": "List", "items": [{"metadata": {"name"')
        self.wfile.flush()
        self.close_connection = True


class QuietServer(ThreadingHTTPServer):
    """A server whose clients may go away."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(cluster: Cluster) -> Iterator[str]:
    """The address of a server that has ``cluster``, as long as the block runs."""
    server = QuietServer(("127.0.0.1", 0), type("Bound", (Handler,), {"cluster": cluster}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        cluster.given_up.set()
        server.shutdown()
        thread.join()
        server.server_close()
