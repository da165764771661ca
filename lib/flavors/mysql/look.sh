# What this member sees of its cluster:
#   cluster <uuid>
#   status <Primary|non-Primary|Disconnected>
#   state <Synced|Donor/Desynced|Joining…|Joined|…>
#   ready <ON|OFF>
#   member <uuid or -> <address>, one line each
#   end <number of lines before>
# Exit 66: the server does not answer; `cluster none` before it when no cluster is founded yet.
values=$(sql "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'wsrep_%'") || {
  known "$Path/cluster" >/dev/null
  [ $? != 3 ] || echo 'cluster none'
  if pgrep -x mariadbd >/dev/null; then say "mariadbd runs, but does not answer yet"; else say "mariadbd does not run"; fi
  exit 66
}
lines=$(awk -F '\t' '
  { value[$1] = $2 }
  END {
    if (value["wsrep_cluster_status"] == "") exit 1
    print "cluster " value["wsrep_cluster_state_uuid"]
    print "status " value["wsrep_cluster_status"]
    print "state " value["wsrep_local_state_comment"]
    print "ready " value["wsrep_ready"]
    count = split(value["wsrep_incoming_addresses"], members, ",")
    for (i = 1; i <= count; i++) if (sub(/:[0-9]+$/, "", members[i])) print "member - " members[i]
  }' <<<"$values") || {
  say "mariadbd runs without Galera"
  exit 66
}
printf '%s\nend %s\n' "$lines" "$(grep -c . <<<"$lines")"
