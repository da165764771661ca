# swarm-drain: empties the node of `Instance` and takes it out of the swarm. Asked of another manager. A manager only
# when most of the remaining ones can be reached, looked at again right before it is taken out.

QUORUM_REFUSED=65
TASKS_SECONDS=150

refuse() { say "$*"; exit "$QUORUM_REFUSED"; }

# keeps_quorum NODE: whether the managers can decide without it.
keeps_quorum() {
  local list rest
  list=$(nodes) || refuse "the list of nodes cannot be read"
  rest=$(awk -v node="$1" '$4 == "manager" && $2 != node { print $7 }' <<<"$list")
  Left=$(grep -cE '^(leader|reachable)$' <<<"$rest")
  Rest=$(grep -c . <<<"$rest")
  [ $((Left * 2)) -gt "$Rest" ]
}

# has_left NODE: no task runs there any more, or the node is dead.
has_left() {
  local states
  [ "$(engine node inspect "$1" --format '{{.Status.State}}')" = ready ] || return 0
  states=$(engine node ps "$1" --format '{{.CurrentState}}') || return
  ! grep -qE '^(New|Pending|Assigned|Accepted|Preparing|Ready|Starting|Running)' <<<"$states"
}

# retire NODE ROLE AVAILABILITY
retire() {
  [ "$1" != "$(engine info --format '{{.Swarm.NodeID}}')" ] || cannot_say "a node is drained by another one"
  [ "$2" = worker ] || keeps_quorum "$1" || refuse "$Left of the $Rest other managers can be reached, not a majority"
  retry 20 engine node update --availability drain "$1" >/dev/null
  retry "$TASKS_SECONDS" has_left "$1" || say "tasks still run on $1"
  if [ "$2" = manager ] && ! keeps_quorum "$1"; then
    engine node update --availability "$3" "$1" >/dev/null
    refuse "$Left of the $Rest other managers can be reached, not a majority"
  fi
  remove "$1"
}

speak
list=$(nodes) || cannot_say "cannot read the list of nodes"
while read -r _ node instance role _ availability _; do
  [ "$instance" != "$Instance" ] || retire "$node" "$role" "$availability" </dev/null || { say "cannot remove $node"; exit 1; }
done <<<"$list"
forget "$Instance"
