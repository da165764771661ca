# swarm-look: the swarm's own list of nodes, from a manager that has a leader. Prints
#   cluster <swarm id>
#   node <node id> <instance id or -> <manager|worker> <ready|down|unknown|disconnected> <active|pause|drain> <leader|reachable|unreachable|->
#   end <number of lines before>
# CANNOT_SAY: no manager of the cluster, or a leader is being elected; `cluster none` when none is founded yet.
# QUORUM_LOST: there is no leader, and most managers cannot be reached.

speak
list=$(nodes) || list=$(nodes) || cannot_say "cannot read the list of nodes"
echo "cluster $Swarm"
echo "$list"
echo "end $(($(wc -l <<<"$list") + 1))"
