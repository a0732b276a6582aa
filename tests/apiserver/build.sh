#!/bin/sh
# build.sh FOLDER: put kube-apiserver and etcd there, if they are not there yet. Says why where that cannot be done: the
# tests are skipped then.
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")"

skip() {
    echo "apiserver-test: $1" >&2
    exit 0
}

if [ ! -x "$folder/etcd" ]; then
    if command -v etcd > /dev/null; then
        ln -s "$(command -v etcd)" "$folder/etcd"
    else
        command -v apt-get > /dev/null || skip "no etcd, and no apt-get to get Debian's etcd-server with"
        (cd "$folder" && apt-get download etcd-server > apt.log 2>&1) ||
            skip "no etcd: apt-get download etcd-server failed (apt-get update first?)"
        dpkg-deb -x "$folder"/etcd-server_*.deb "$folder/etcd-server"
        ln -s etcd-server/usr/bin/etcd "$folder/etcd"
    fi
fi

# What is built follows from go.mod: a new one means a new build.
if ! cmp -s go.mod "$folder/built"; then
    command -v go > /dev/null || skip "no Go to build kube-apiserver with"
    echo "building kube-apiserver: once, about ten minutes" >&2
    GOTOOLCHAIN=local GOMAXPROCS=1 nice -n 19 go build -p 1 -trimpath -ldflags "-s -w" -o "$folder/kube-apiserver" \
        k8s.io/kubernetes/cmd/kube-apiserver || skip "kube-apiserver could not be built (Go $(sed -n 's/^go //p' go.mod) or later is needed)"
    cp go.mod "$folder/built"
fi
