# swarm-tidy: takes nodes out of the list whose instance is gone. `Nodes`: their ids. One that the swarm does not call
# down or unreachable stays, and fails the command.

speak
list=$(nodes) || cannot_say "cannot read the list of nodes"
failed=0
for node in $Nodes; do
  read -r _ _ instance _ state _ reachability <<<"$(awk -v node="$node" '$2 == node' <<<"$list")"
  [ -n "$state" ] || continue
  if [ "$state" != down ] && [ "$reachability" != unreachable ]; then
    say "$node is $state, so it stays"
    failed=1
  elif remove "$node"; then
    [ "$instance" = - ] || forget "$instance" || failed=1
  else
    say "cannot remove $node"
    failed=1
  fi
done
exit "$failed"
