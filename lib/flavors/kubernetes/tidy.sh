# kubernetes-tidy: takes nodes out of the cluster whose instance is gone. `Nodes`: their names, or the ids of members of
# etcd that have none. One that is Ready, or whose etcd answers, stays and fails the command.

speak
list=$(nodes) || cannot_say "its API server does not answer"
voters=$(members) || cannot_say "its etcd does not answer"
failed=0
for node in $Nodes; do
  read -r _ _ instance _ state _ < <(awk -v node="$node" '$2 == node' <<<"$list")
  if [ "$state" = Ready ] || awk -v node="$node" '($5 == node || $2 == node) && $6 != "unreachable" { found = 1 } END { exit !found }' <<<"$voters"; then
    say "$node is still there, so it stays"
    failed=1
  elif take_out "$node" && kube delete node "$node" --ignore-not-found >&2; then
    case ${instance:--} in -) ;; *) forget "$instance" || failed=1 ;; esac
  else
    say "cannot remove $node"
    failed=1
  fi
done
exit "$failed"
