# What the documents share that ask a control-plane node.

cannot_say() { say "$*"; exit "$CANNOT_SAY"; }

# speak: sets `Address`. Ends the script when this node is none of the cluster's control plane, and prints `cluster none`
# when none is founded yet.
speak() {
  if [ ! -e "$Done" ]; then
    known "$Path/cluster" >/dev/null
    [ $? != 3 ] || echo 'cluster none'
  fi
  [ "$(cat "$Done" 2>/dev/null)" = "$Path" ] || cannot_say "has not joined this cluster"
  [ -e /etc/kubernetes/admin.conf ] || cannot_say "is not of the control plane"
  Address=$(metadata local-ipv4) || cannot_say "the metadata service does not answer"
}

# nodes: a line for each, as `kubernetes-look` prints it.
nodes() {
  kube get nodes -o go-template='{{range .items}}{{$role := "worker"}}{{$ready := "Unknown"}}{{range $key, $_ := .metadata.labels}}{{if eq $key "node-role.kubernetes.io/control-plane"}}{{$role = "control-plane"}}{{end}}{{end}}{{range .status.conditions}}{{if eq .type "Ready"}}{{if eq .status "True"}}{{$ready = "Ready"}}{{else if eq .status "False"}}{{$ready = "NotReady"}}{{end}}{{end}}{{end}}node {{.metadata.name}} {{with index .metadata.labels "holdfast.io/instance"}}{{.}}{{else}}-{{end}} {{$role}} {{$ready}} {{if .spec.unschedulable}}cordoned{{else}}schedulable{{end}}{{"\n"}}{{end}}'
}

# members: a line for each member of etcd, as `kubernetes-look` prints it. One that is not started has no name yet. The
# first yes or no of a status says whether it leads; which column that is depends on the version.
members() {
  local list status
  list=$(etcd member list) || return
  status=$(Endpoints=$(awk -F ', ' '$5 != "" { print $5 }' <<<"$list" | paste -sd ,) etcd endpoint status 2>/dev/null)
  awk -F ', ' 'NR == FNR { for (i = 3; $i != "true" && $i != "false" && i < NF; i++); state[$2] = $i == "true" ? "leader" : "follower"; next }
    { split($4, url, "[/:]+"); print "member", $1, url[2], ($6 == "true" ? "learner" : "voter"), ($3 == "" ? "-" : $3), ($1 in state ? state[$1] : "unreachable") }' <(echo "$status") <(echo "$list")
}

# without_leader: an election is over in a moment; after that too few are left.
without_leader() {
  local tries
  for tries in 1 2 3; do
    etcd endpoint status 2>/dev/null | grep -q 'no leader' || return
    [ "$tries" = 3 ] || sleep 1
  done
}

# is_out NODE: etcd has no member of that name or id.
is_out() {
  local list
  list=$(members) && ! awk -v name="$1" '$5 == name || $2 == name { found = 1 } END { exit !found }' <<<"$list"
}

# take_out NODE: its member of etcd, dead or alive; the leader gives up its place first.
take_out() {
  local list member address state
  list=$(members) || return
  read -r _ member address _ _ state < <(awk -v name="$1" '$5 == name || $2 == name' <<<"$list")
  [ -n "$member" ] || return 0
  if [ "$state" = leader ]; then
    Endpoints=https://$address:2379 etcd move-leader "$(awk -v id="$member" '$2 != id && $4 == "voter" && $6 == "follower" { print $2; exit }' <<<"$list")" >&2
  fi
  etcd member remove "$member" >/dev/null
  retry 30 is_out "$1"
}

# forget INSTANCE: nobody is to ask it any more.
forget() {
  known "$Path/managers/$1" >/dev/null
  [ $? = 3 ] || delete_parameter "$Path/managers/$1"
}
