# What the documents share that ask a manager.

Moment=4
CANNOT_SAY=66
QUORUM_LOST=67

cannot_say() { say "$*"; exit "$CANNOT_SAY"; }

# without_leader: an election ends by itself while most managers can be reached; else too few are left.
without_leader() {
  local managers reached
  read -ra managers < <(engine info --format '{{range .Swarm.RemoteManagers}}{{.Addr}} {{end}}')
  reached=$(for one in "${managers[@]}"; do answers "${one%:*}" "${one##*:}" 1 && echo "$one" & done | wc -l)
  [ $((reached * 2)) -le "${#managers[@]}" ] || cannot_say "the swarm elects a leader"
  say "the swarm has no leader: $reached of ${#managers[@]} managers can be reached"
  exit "$QUORUM_LOST"
}

# value_of NAME: of one parameter among several.
value_of() { tr -d '\n' | sed 's/} *, *{/}\n{/g' | grep "\"Name\" *: *\"$1\"" | json_field Value; }

# speak: sets `Swarm` to the cluster's id. Ends the script when this node is no manager of it: a swarm that was left
# behind by a recovery has the same id, so that the node has to be announced as well.
speak() {
  local id answer control swarm error
  { MetadataToken=$(metadata_token) && id=$(metadata instance-id); } || cannot_say "the metadata service does not answer"
  answer=$(ssm GetParameters "{\"Names\":[\"$Path/cluster\",\"$Path/managers/$id\"],\"WithDecryption\":true}") || cannot_say "cannot read the cluster's parameters"
  Swarm=$(value_of "$Path/cluster" <<<"$answer")
  [ -n "$Swarm" ] || { echo 'cluster none'; cannot_say "no swarm is founded yet"; }
  [ -n "$(value_of "$Path/managers/$id" <<<"$answer")" ] || cannot_say "is not announced as a manager"
  read -r control swarm error < <(engine info --format '{{.Swarm.ControlAvailable}} {{with .Swarm.Cluster}}{{or .ID "-"}}{{else}}-{{end}} {{.Swarm.Error}}')
  [ "$control" = true ] || cannot_say "is no manager, or its engine does not answer"
  [ "$swarm" != - ] || swarm=$(own_swarm)
  [ "$swarm" = "$Swarm" ] || cannot_say "is of another swarm: $swarm"
  case $error in
    '') ;;
    *'does not have a leader'*) without_leader ;;
    *) cannot_say "$error" ;;
  esac
}

# nodes: a line for each, as `swarm-look` prints it.
nodes() {
  local ids
  ids=$(engine node ls -q) || return
  mapfile -t ids <<<"$ids"
  engine node inspect "${ids[@]}" --format 'node {{.ID}} {{with index .Description.Engine.Labels "instance"}}{{.}}{{else}}-{{end}} {{.Spec.Role}} {{.Status.State}} {{.Spec.Availability}} {{with .ManagerStatus}}{{if .Leader}}leader{{else if eq .Reachability "unknown"}}-{{else}}{{.Reachability}}{{end}}{{else}}-{{end}}' |
    awk 'NF != 7 { $0 = $1 " " $2 " - " $(NF - 3) " " $(NF - 2) " " $(NF - 1) " " $NF } 1'
  [ "${PIPESTATUS[0]}" = 0 ]
}

# manages NODE: it is one of those that decide, whatever it is to become.
manages() { [ "$(engine node inspect "$1" --format '{{with .ManagerStatus}}yes{{end}}')" = yes ]; }

# remove NODE: out of the list, dead or alive; one that manages is made a worker first.
remove() { retry 90 is_removed "$1" 2>/dev/null; }
is_removed() {
  local ids
  if manages "$1"; then engine node demote "$1" >/dev/null; fi
  engine node rm --force "$1" >/dev/null
  ids=$(engine node ls -q) && ! grep -qx "$1" <<<"$ids"
}

# forget INSTANCE: nobody is to ask it any more.
forget() {
  known "$Path/managers/$1" >/dev/null
  [ $? = 3 ] || delete_parameter "$Path/managers/$1"
}
