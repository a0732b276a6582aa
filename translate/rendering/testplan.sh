#!/usr/bin/env bash
#@about
#
# Usage: bash SCRIPT [all|overview|up|test|down]
#   all       all of these in this sequence, and what was made is removed again (default)
#   overview  the policies, who enforces them, what may take the pods, the cluster's DNS: reads only
#   up        make the pods and wait for them
#   test      run the probes and print TAP
#   down      remove the pods
# Exit code: 0 all is as expected, 1 some expectation failed, 2 trouble, so that nothing can be said.
# kubectl goes where KUBECONFIG says. SETTLE: seconds until policies hold for new pods (5).

set -u -o pipefail
export LC_ALL=C
SETTLE=${SETTLE:-5}
failed=0 number=0

trouble() { # text: end here, as nothing can be said
  printf 'Bail out! %s\n' "$(printf '%s' "$1" | tr '\n' ' ' | tr -cd '[:print:]')"
  exit 2
}

show() { # command...: what it prints, as comments; it only reads
  printf '# $ %s\n' "$*"
  "$@" </dev/null 2>&1 | sed 's/^/#   /' || true
}

others() { # kind...: the network policies of all kinds but these
  local kinds kind
  kinds=$(kubectl api-resources --verbs=list -o name </dev/null 2>/dev/null) ||
    echo '# Not all kinds that the cluster has can be listed.'
  for kind in $(printf '%s\n' "$kinds" | grep -i networkpolic | grep -vxF "$(printf '%s\n' "$@")"); do
    show kubectl get "$kind" -A
  done
}

overview() {
  #@overview
}

# The pods. They never get ready, so that no Service sends anybody to them.
pods() {
  cat <<'END_OF_PODS'
#@pods
END_OF_PODS
}

up() {
  local namespace there
  #@namespaces
  for namespace in "${namespaces[@]}"; do
    kubectl get namespace "$namespace" -o name >/dev/null || trouble "there is no namespace $namespace"
  done
  there=$(pods | kubectl get -f - --ignore-not-found -o name) || trouble "it cannot be seen which pods are there"
  [ -z "$there" ] || trouble "there already, see whose it is, 'down' removes it: $there"
  [ "${1:-}" != all ] || trap down EXIT
  pods | kubectl create -f - | sed 's/^/# /' || trouble "the pods cannot be made"
  #@wait
  sleep "$SETTLE"
}

down() {
  pods | kubectl delete -f - --ignore-not-found --timeout=120s 2>&1 | sed 's/^/# /'
}

# What runs in the pods: each prints "allowed" or "denied".
# shellcheck disable=SC2016,SC2034 # they are expanded there, not here, and no plan needs all of them
{
  tcp='if nc -z -w 3 "$1" "$2" >/dev/null 2>&1; then echo allowed; else echo denied; fi'
  # Silence is a denial, so there are three tries: a datagram may be lost.
  udp='for try in 1 2 3; do
    if echo probe | nc -u -w 1 "$1" "$2" 2>/dev/null | grep -q probe; then echo allowed; exit; fi
  done; echo denied'
  # Any answer will do, also that there is no such name.
  dns='if said=$(nslookup $2 -timeout=3 -retry=1 "$1" 2>&1); then echo allowed; else
    case $said in *NXDOMAIN* | *SERVFAIL* | *REFUSED*) echo allowed ;; *) echo denied ;; esac
  fi'
  web='if curl -ksS -o /dev/null --connect-timeout 3 --max-time 6 "$1" >/dev/null 2>&1; then echo allowed; else echo denied; fi'
}

answer() { # command...: allowed or denied, else the last line that it prints, which is some trouble
  local said
  said=$("$@" </dev/null 2>&1)
  case $'\n'$said$'\n' in
    *$'\nallowed\n'*) echo allowed ;;
    *$'\ndenied\n'*) echo denied ;;
    *) printf '%s' "$said" | tail -n 1 | tr -cd '[:print:]' ;;
  esac
}

expect() { # allowed|denied, text, command...: one line of TAP
  local expected=$1 what=$2 found='' try
  shift 2
  number=$((number + 1))
  for try in 1 2 3; do
    [ "$try" -eq 1 ] || sleep "$SETTLE"
    found=$(answer "$@")
    [ "$found" != "$expected" ] || break
  done
  case $found in
    "$expected") printf 'ok %d - %s: %s\n' "$number" "$what" "$expected" ;;
    allowed | denied) printf 'not ok %d - %s: expected %s, is %s\n' "$number" "$what" "$expected" "$found" ;;
    *) trouble "probe $number ($what) cannot be made: $found" ;;
  esac
  [ "$found" = "$expected" ] || failed=$((failed + 1))
  [ "$found" != "$expected" ] || [ "$try" -eq 1 ] || printf '#   only at try %d\n' "$try"
}

# shellcheck disable=SC2317,SC2329 # a plan without servers has no use for it
address() { # namespace, pod: its address
  local found
  found=$(kubectl get pod -n "$1" "$2" -o 'jsonpath={.status.podIP}')
  [ -n "$found" ] && printf '%s' "$found"
}

# shellcheck disable=SC2317,SC2329 # likewise
listening() { # namespace, pod, how, port: a denial means something only if somebody listens
  local try
  for try in 1 2 3 4 5; do
    [ "$try" -eq 1 ] || sleep "$SETTLE"
    [ "$(answer kubectl exec -n "$1" "$2" -- sh -c "$3" - 127.0.0.1 "$4")" != allowed ] || return 0
  done
  trouble "pod $1/$2 does not answer itself on port $4: the tests would mean nothing"
}

tests() {
  #@tests
  printf '# %d probes, %d not as expected\n' "$number" "$failed"
  [ "$failed" -eq 0 ] || exit 1
}

[ "$#" -le 1 ] || set -- ""
case ${1-all} in
  all)
    overview
    trap 'exit 2' INT TERM
    up all
    tests
    ;;
  overview) overview ;;
  up) up ;;
  test) tests ;;
  down) down ;;
  *)
    sed -n '/^# Usage/,/^$/p' "$0" >&2
    exit 2
    ;;
esac
exit

#@untested
