# swarm-drain: empties the node of `Instance` and takes it out of the swarm. Asked of another manager. A manager only
# when most of the remaining ones can be reached, looked at again right before it is taken out.

QUORUM_REFUSED=65
TASKS_SECONDS=150

refuse() { say "$*"; exit "$QUORUM_REFUSED"; }

# keeps_quorum NODE: whether the managers can decide without it; else `Why` not.
keeps_quorum() {
  local list rest left all
  list=$(nodes) || { Why="the list of nodes cannot be read"; return 1; }
  rest=$(awk -v node="$1" '$7 != "-" && $2 != node { print $7 }' <<<"$list")
  left=$(grep -cE '^(leader|reachable)$' <<<"$rest")
  all=$(grep -c . <<<"$rest")
  Why="$left of the $all other managers can be reached, not a majority"
  [ $((left * 2)) -gt "$all" ]
}

# has_left NODE: no task runs there any more, or the node is dead.
has_left() {
  local states
  case $(engine node inspect "$1" --format '{{.Status.State}}') in
    ready) ;;
    down | disconnected) return 0 ;;
    *) return 1 ;;
  esac
  states=$(engine node ps "$1" --format '{{.CurrentState}}') || return
  ! grep -qE '^(New|Pending|Assigned|Accepted|Preparing|Ready|Starting|Running)' <<<"$states"
}

# retire NODE AVAILABILITY STANDING
retire() {
  [ "$1" != "$(engine info --format '{{.Swarm.NodeID}}')" ] || cannot_say "a node is drained by another one"
  [ "$3" = - ] || keeps_quorum "$1" || refuse "$Why"
  retry 20 engine node update --availability drain "$1" >/dev/null
  retry "$TASKS_SECONDS" has_left "$1" || say "tasks still run on $1"
  if [ "$3" != - ] && ! keeps_quorum "$1"; then
    engine node update --availability "$2" "$1" >/dev/null
    refuse "$Why"
  fi
  remove "$1"
}

speak
list=$(nodes) || cannot_say "cannot read the list of nodes"
while read -r _ node instance _ _ availability standing; do
  [ "$instance" != "$Instance" ] || retire "$node" "$availability" "$standing" </dev/null || { say "cannot remove $node"; exit 1; }
done <<<"$list"
forget "$Instance"
