# Makes an ensemble of this server alone, with the data that it has. The new configuration is newer than any that the
# lost ones may have had in this epoch: a server that comes back follows it.
is_member || { say 'not set up as a member of this ensemble'; exit 66; }
data=$(sed -n 's/^dataDir=//p' "$Home/zoo.cfg")
id=$(cat "$Home/myid")
address=$(metadata local-ipv4) || exit 1

alone() { [ "$(servers 127.0.0.1)" = "$id $address participant" ]; }

if ! alone; then
  if serves 127.0.0.1; then say 'the ensemble serves: there is nothing to recover'; exit 0; fi
  version=$(printf '%x' $((($(cat "$data/version-2/acceptedEpoch") << 32) + 0xffffffff))) || exit 1
  stop_server
  rm -f "$Home"/zoo.cfg.dynamic*
  printf 'server.%s=%s:2888:3888:participant;0.0.0.0:2181\n' "$id" "$address" >"$Home/zoo.cfg.dynamic.$version"
  sed -i "s|^dynamicConfigFile=.*|dynamicConfigFile=$Home/zoo.cfg.dynamic.$version|" "$Home/zoo.cfg"
  chown zookeeper: "$Home"/zoo.cfg*
  start_server
  retry 60 alone || { say 'does not serve alone'; exit 1; }
fi
retry 30 put_parameter "$Path/first" "$(metadata instance-id)" String || exit 1
say "serves alone as server $id"
