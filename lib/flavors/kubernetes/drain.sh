# kubernetes-drain: moves the pods off the node of `Instance` and takes it out of the cluster. Asked of another node of
# the control plane. One of the control plane only when most of the remaining members of etcd answer, looked at again
# right before it is taken out.

refuse() { say "$*"; exit "$QUORUM_REFUSED"; }

# keeps_quorum NODE: whether etcd can decide without its member.
keeps_quorum() {
  local list rest
  list=$(members) || refuse "the members of etcd cannot be read"
  rest=$(awk -v name="$1" '$4 == "voter" && $5 != name { print $6 }' <<<"$list")
  Left=$(grep -cE '^(leader|follower)$' <<<"$rest")
  Rest=$(grep -c . <<<"$rest")
  [ $((Left * 2)) -gt "$Rest" ]
}

# stay NODE: as if nothing had happened.
stay() { [ "$Was" = cordoned ] || kube uncordon "$1" >&2; }

# retire NODE ROLE STATE
retire() {
  [ "$2" = worker ] || keeps_quorum "$1" || refuse "$Left of the $Rest other members of etcd answer, not a majority"
  kube cordon "$1" >&2
  if [ "$3" = Ready ] && ! Moment=170 kube drain "$1" --ignore-daemonsets --delete-emptydir-data --force --timeout=160s >&2; then
    [ "$2" = control-plane ] || { stay "$1"; say "pods could not be moved off $1 in time"; return 1; }
    say "pods still run on $1"
  fi
  if [ "$2" = control-plane ]; then
    keeps_quorum "$1" || { stay "$1"; refuse "$Left of the $Rest other members of etcd answer, not a majority"; }
    take_out "$1" || { say "cannot remove the member of etcd"; return 1; }
  fi
  kube delete node "$1" --ignore-not-found >&2
}

speak
[ "$(metadata instance-id)" != "$Instance" ] || cannot_say "a node is drained by another one"
list=$(nodes) || cannot_say "its API server does not answer"
while read -r _ node instance role state Was; do
  [ "$instance" != "$Instance" ] || retire "$node" "$role" "$state" </dev/null || exit 1
done <<<"$list"
forget "$Instance"
