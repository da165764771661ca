# swarm-recover: makes this node the only manager, with the services, nodes and id that the swarm had. Refused while
# the swarm has a leader and other managers.

others() { nodes | awk -v id="$Id" '$3 != id && ($7 == "leader" || $7 == "reachable")' | wc -l; }

{ Id=$(metadata instance-id) && Address=$(metadata local-ipv4); } || cannot_say "the metadata service does not answer"
Swarm=$(known "$Path/cluster") || cannot_say "cannot read the cluster's parameters"
[ "$(Moment=30 own_swarm)" = "$Swarm" ] || cannot_say "is of another swarm"
# Longer than an election takes.
if retry 30 engine node ls >/dev/null 2>&1; then
  [ "$(others)" = 0 ] || { say "the swarm has a leader: nothing to recover"; exit 1; }
else
  say "makes a new swarm of what this node knows"
  timeout 60 docker swarm init --force-new-cluster --advertise-addr "$Address" >/dev/null || { say "cannot make a new swarm"; exit 1; }
  retry 60 engine node ls >/dev/null || exit 1
fi
put_parameter "$Path/managers/$Id" "$Address" && put_parameter "$Path/first" "$Id" String && put_parameter "$Path/cluster" "$(own_swarm)" String && share_tokens || exit 1
list=$(nodes) || exit 1
while read -r name _; do
  instance=${name##*/}
  [ "$instance" != "$Id" ] || continue
  mapfile -t stale < <(awk -v id="$instance" '$3 == id { print $2 }' <<<"$list")
  for node in "${stale[@]}"; do remove "$node" </dev/null || exit 1; done
  forget "$instance" || exit 1
done <<<"$(parameters_under "$Path/managers")"
