# Founds the ensemble or joins it. A server with no data never votes before it has all: it joins as one that is listed
# nowhere, and is added when it has caught up.

exec >>/var/log/holdfast.log 2>&1
umask 022

# claim: takes a server id for this address, for good: its place among the addresses, or one that nobody has.
claim() {
  local claims name value place highest taken=''
  place=$(tr ' ' '\n' <<<"$Addresses" | grep -nx "$Address" | cut -d: -f1)
  highest=$(wc -w <<<"$Addresses")
  claims=$(parameters_under "$Path/ids") || return
  while read -r name value; do
    name=${name##*/}
    [ -z "${name//[0-9]/}" ] || continue
    if [ "$value" = "$Address" ]; then Server=$name; return; fi
    [ "$name" != "$place" ] || taken=1
    [ "${name:-0}" -le "$highest" ] || highest=$name
  done <<<"$claims"
  [ -n "$place" ] && [ -z "$taken" ] || place=$((highest + 1))
  [ "$place" -le 254 ] || { say 'no server id is left'; return 1; }
  create_parameter "$Path/ids/$place" "$Address" || [ "$(parameter "$Path/ids/$place")" = "$Address" ] || return
  Server=$place
}

# write_files: all but zoo.cfg; the configuration's lines are on standard input.
write_files() {
  local token digest
  token=$(parameter "$Path/manager-token") && [ -n "$token" ] || return
  digest=$(printf %s "super:$token" | openssl dgst -sha1 -binary | base64)
  mkdir -p "$Home" "$DataDir"
  cat >"$Home/zoo.cfg.dynamic"
  echo "$Server" | tee "$Home/myid" >"$DataDir/myid"
  echo "$Path" >"$Home/path"
  cat >"$Home/run" <<RUN
#!/bin/bash
echo \$\$ >$Home/pid
exec java ${Heap:+-Xms${Heap}m -Xmx${Heap}m} -XX:+ExitOnOutOfMemoryError -cp '$(classpath)' org.apache.zookeeper.server.quorum.QuorumPeerMain $Home/zoo.cfg
RUN
  (umask 077 && cat >"$Home/zoo.cfg.new") <<CFG
tickTime=$TickTime
initLimit=30
syncLimit=5
dataDir=$DataDir
autopurge.purgeInterval=6
admin.enableServer=false
standaloneEnabled=false
reconfigEnabled=true
4lw.commands.whitelist=srvr,conf
DigestAuthenticationProvider.superDigest=super:$digest
dynamicConfigFile=$Home/zoo.cfg.dynamic
CFG
  chmod 750 "$Home"
  chmod 755 "$Home/run"
  chown zookeeper: "$Home" "$Home"/* "$DataDir" "$DataDir/myid"
  [ ! -d /run/systemd/system ] || cat >/etc/systemd/system/holdfast-zookeeper.service <<UNIT
[Unit]
Description=ZooKeeper, a member of $Path
Wants=network-online.target
After=network-online.target
[Service]
User=zookeeper
ExecStart=$Home/run
Restart=always
RestartSec=1
LimitNOFILE=65536
[Install]
WantedBy=multi-user.target
UNIT
}

entry() { echo "server.$Server=$Address:2888:3888:$1;0.0.0.0:2181"; }

# found: alone, once for each ensemble. Its id is written first: by that all others know that it is not theirs to found.
found() {
  create_parameter "$Path/first" "$Instance" || [ "$(parameter "$Path/first")" = "$Instance" ] || return
  known "$Path/manager-token"
  case $? in
    0) ;;
    3) put_parameter "$Path/manager-token" "$(openssl rand -hex 24)" || return ;;
    *) return 1 ;;
  esac
  entry participant | write_files || return
  [ -e "$Home/cluster" ] || openssl rand -hex 8 >"$Home/cluster"
  create_parameter "$Path/cluster" "$(cat "$Home/cluster")" || is_founder || return
  say "founds the ensemble as server $Server"
}

# is_founder: it was this machine that wrote the ensemble's id.
is_founder() { [ -e "$Home/cluster" ] && [ "$(parameter "$Path/cluster")" = "$(cat "$Home/cluster")" ]; }

# peer: prints a server that serves, the leader if it can be found.
peer() {
  local address is any=''
  for address in $Addresses; do
    [ "$address" != "$Address" ] || continue
    is=$(mode "$address")
    [ "$is" != leader ] || { echo "$address"; return; }
    [ "$is" != follower ] || any=$address
  done
  [ -n "$any" ] && echo "$any"
}

# prepare_join: an entry that a dead predecessor left, with our id or address, goes first: with it we would vote with no data.
prepare_join() {
  local peer list mine
  peer=$(peer) && list=$(entries "$peer") && [ -n "$list" ] || return
  mine=$(sed -n "s/^server\.\($Server\)=.*/\1/p; s/^server\.\([0-9]*\)=$Address:.*/\1/p" <<<"$list" | head -n 1)
  if [ -n "$mine" ]; then
    say "takes server $mine out: the machine before this one"
    removed "$peer" "$mine"
    return 1
  fi
  { echo "$list"; entry observer; } | write_files
}

prepare() {
  known "$Path/cluster"
  case $? in
    0) if is_founder; then found; else prepare_join; fi ;;
    3) found ;;
    *) return 1 ;;
  esac
}

# enlisted: serves, and the ensemble counts on it.
enlisted() {
  local peer
  serves 127.0.0.1 || return
  servers 127.0.0.1 | grep -qx "$Server $Address participant" && return
  peer=$(peer) || return
  # Written by the drain of a machine that is to go without having joined.
  known "$Path/ids/$Instance"
  case $? in
    0) say 'is not to join any more'; exit 1 ;;
    3) reconfigure "$peer" "-add $(entry participant)" ;;
  esac
  return 1
}

retry 900 install_all || { say 'cannot install ZooKeeper'; exit 1; }
Instance=$(metadata instance-id) && Address=$(metadata local-ipv4) || exit 1
if [ ! -e "$Home/zoo.cfg" ]; then
  retry 3600 claim || exit 1
  retry 3600 prepare || { say 'nobody of the ensemble can be reached'; exit 1; }
  mv "$Home/zoo.cfg.new" "$Home/zoo.cfg"
fi
start_server
if [ ! -e "$Home/joined" ]; then
  Server=$(cat "$Home/myid")
  retry 3600 enlisted || { say 'the ensemble does not take it'; exit 1; }
  touch "$Home/joined"
  say "joined as server $Server"
fi
