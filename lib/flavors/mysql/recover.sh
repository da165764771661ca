# Makes a cluster of this member's data, after all others were lost. Members that join get a copy of it.
Id=$(metadata instance-id) || {
  say "the metadata service does not answer"
  exit 66
}
# With others in reach it comes back by itself.
if ! retry 20 is_primary; then
  if sql 'SELECT 1' >/dev/null; then
    sql "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'"
  else
    stop
    found
  fi
fi
retry 60 is_synced || {
  say "cannot make a cluster of this member"
  exit 1
}
put_parameter "$Path/cluster" "$(status wsrep_cluster_state_uuid)" String && put_parameter "$Path/first" "$Id" String
