# Takes servers, each as id=address, out of the configuration whose machines are gone. One whose machine answers stays.
is_member || { say 'not set up as a member of this ensemble'; exit 66; }
failed=0
for server in $Servers; do
  id=${server%%=*} address=${server#*=}
  list=$(servers 127.0.0.1)
  if [ -z "$list" ]; then failed=1; continue; fi
  grep -q "^$id $address " <<<"$list" || continue
  if [ -n "$(ask "$address" srvr)" ]; then say "server $id ($address) answers, and stays"; continue; fi
  if retry 30 removed 127.0.0.1 "$id"; then say "took server $id ($address) out of the configuration"; else failed=1; fi
done
[ "$failed" = 0 ]
