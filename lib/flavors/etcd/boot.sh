# Installs etcd and has it run as a member for as long as the machine lives; ends without waiting for the cluster.
exec >>/var/log/holdfast.log 2>&1
stage 'installs etcd'
retry 300 install_etcd || { stage 'has no etcd: it cannot be installed'; exit 1; }
Instance=$(metadata instance-id) || exit
Address=$(metadata local-ipv4) || exit
mkdir -p "$DataDir" "${Program%/*}" && chmod 700 "$DataDir" && chown etcd:etcd "$DataDir" || exit
declare -p Path Members DataDir Instance Address >"$Settings"
declare -p AWS_ENDPOINT_URL_SSM AWS_ENDPOINT_URL >>"$Settings" 2>/dev/null
{
  echo '#!/bin/bash'
  declare -f
  echo "Program=$Program Settings=$Settings; . \$Settings; live"
} >"$Program.new" && chmod 755 "$Program.new" && mv "$Program.new" "$Program" && supervise
