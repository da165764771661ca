# swarm-rotate: new join tokens. The old ones are worth nothing at once; who joins meanwhile reads them again.

speak
for role in manager worker; do
  { token=$(engine swarm join-token --rotate -q "$role") && retry 60 put_parameter "$Path/$role-token" "$token"; } || { say "cannot renew the $role token"; exit 1; }
done
