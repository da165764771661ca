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
value() { awk -F '\t' -v name="wsrep_$1" '$1 == name { print $2 }' <<<"$values"; }
[ -n "$(value cluster_status)" ] || {
  say "mariadbd runs without Galera"
  exit 66
}
lines=$(
  echo "cluster $(value cluster_state_uuid)"
  # Disconnected, or non-Primary, which old versions write with another case.
  echo "status $(value cluster_status | sed 's/^non-primary$/non-Primary/I; s/^disconnected$/Disconnected/I')"
  echo "state $(value local_state_comment)"
  echo "ready $(value ready)"
  value incoming_addresses | tr ',' '\n' | sed -n 's/^\([0-9.]\{7,\}\)\(:[0-9]*\)\{0,1\}$/member - \1/p'
)
printf '%s\nend %s\n' "$lines" "$(grep -c . <<<"$lines")"
