# Takes this member out of its cluster. `Majority`: of the members that are declared; fewer are never left.
if ! values=$(sql "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'") || ! is_primary; then
  say "is no member of a cluster that serves"
  stop
  exit 0
fi
left=$(($(cut -f 2 <<<"$values") - 1))
if [ "$left" -lt "$Majority" ]; then
  say "$left members would be left, fewer than $Majority"
  exit 65
fi
if [ "$(status wsrep_local_state_comment)" = Donor/Desynced ]; then
  say "a joining member copies its data"
  exit 65
fi
stop
is_down || {
  say "mariadbd does not stop"
  exit 1
}
