# kubernetes-look: the cluster's own list of nodes, from an API server that has a quorum, and the members of its etcd.
# Prints
#   node <name> <instance id or -> <control-plane|worker> <Ready|NotReady|Unknown> <schedulable|cordoned>
#   member <hex id> <address> <voter|learner> <node name or -> <leader|follower|unreachable>
#   end <number of lines before>
# CANNOT_SAY: not of the control plane, or its API server does not answer; `cluster none` when none is founded yet.
# QUORUM_LOST: its etcd has no leader.

speak
if ! list=$(nodes 2>/dev/null); then
  without_leader || cannot_say "its API server does not answer"
  say "etcd has no leader"
  exit "$QUORUM_LOST"
fi
voters=$(members) || cannot_say "its etcd does not answer"
echo "$list"
echo "$voters"
echo "end $(wc -l <<<"$list"$'\n'"$voters")"
