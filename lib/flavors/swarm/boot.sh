# A node of a swarm. Needs `Path`, `Role`, `Group`, `Labels` (a JSON list) and `Heartbeat` (or nothing).
# Who comes first founds the swarm; the others wait for it and join. Done once: a node that was taken out stays out.

exec >>/var/log/holdfast.log 2>&1
Done=/var/lib/holdfast/swarm

# is_first: whether this manager founds the swarm.
is_first() {
  local first
  first=$(known "$Path/first")
  case $? in
    0) [ "$first" = "$Id" ] ;;
    3) create_parameter "$Path/first" "$Id" ;;
    *) return 1 ;;
  esac
}

state() { engine info --format '{{.Swarm.LocalNodeState}}'; }

leave() { [ "$(state)" = inactive ] || timeout 60 docker swarm leave --force; }

announce() { retry 120 put_parameter "$Path/managers/$Id" "$Address"; }

# found: `cluster` last, since the others wait for it. When somebody was faster, this swarm is given up.
found() {
  if [ "$(state)" != active ]; then
    leave
    say "founds the swarm"
    timeout 60 docker swarm init --advertise-addr "$Address" >/dev/null || return
  fi
  share_tokens && announce || return
  create_parameter "$Path/cluster" "$(own_swarm)" && return
  [ "$(known "$Path/cluster")" = "$(own_swarm)" ]
}

# request ADDRESS TOKEN: over the engine's socket, so that no list of processes shows the token.
request() {
  local answer
  answer=$(curl -sS -m 30 --unix-socket /var/run/docker.sock -w '%{http_code}' -H 'Content-Type: application/json' --data-binary @- http://docker/swarm/join 2>&1 <<REQUEST
{"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"$Address","RemoteAddrs":["$1:2377"],"JoinToken":"$2"}
REQUEST
  )
  [ "${answer: -3}" = 200 ] || say "cannot join through $1: $(tr -d '\n' <<<"$answer" | sed 's/SWMTKN[-0-9a-z]*/token/g')"
}

# join CLUSTER: through any manager. What was joined has to be that cluster; tokens may be rotated between two tries.
join() {
  local token address
  [ "$(state)" != active ] || [ "$(own_swarm)" != "$1" ] || return 0
  leave
  token=$(known "$Path/$Role-token") || { say "cannot read the $Role token"; return 1; }
  for address in $(parameters_under "$Path/managers" | cut -d ' ' -f 2 | shuf); do
    if [ "$address" = "$Address" ] || ! answers "$address" 2377; then continue; fi
    request "$address" "$token"
    if [ "$(state)" = active ] && [ "$(own_swarm)" = "$1" ]; then
      say "joined through $address"
      return 0
    fi
    leave
  done
  return 1
}

enter() {
  local until=$((SECONDS + 600)) cluster
  while [ "$SECONDS" -lt "$until" ]; do
    cluster=$(known "$Path/cluster")
    case $? in
      0) ! join "$cluster" || return 0 ;;
      3) [ "$Role" = worker ] || ! is_first || ! found || return 0 ;;
    esac
    sleep $((2 + RANDOM % 3))
  done
  say "gives up: no swarm to join in ten minutes"
  return 1
}

# forget_tries: takes out what earlier tries of this instance to join have left in the list.
forget_tries() {
  local own node
  own=$(engine info --format '{{.Swarm.NodeID}}')
  for node in $(engine node ls -q --filter "label=instance=$Id"); do
    if [ "$node" != "$own" ]; then
      engine node demote "$node"
      retry 20 engine node rm --force "$node"
    fi
  done
}

manage() {
  retry 60 engine node ls >/dev/null || return
  forget_tries
  [ -z "$Heartbeat" ] || retry 20 engine swarm update --dispatcher-heartbeat "$Heartbeat" >/dev/null || return
  announce
}

{ Id=$(metadata instance-id) && Address=$(metadata local-ipv4); } || { say "the metadata service does not answer"; exit 1; }
start_engine "[\"instance=$Id\",\"group=$Group\"${Labels:+,$Labels}]" || { say "the Docker engine does not start"; exit 1; }
if [ -e "$Done" ]; then
  [ "$(cat "$Done")" != "$Id" ] || exit 0
  say "the image was made of another node: leaves its swarm"
  leave
fi
enter && { [ "$Role" = worker ] || manage; } && mkdir -p "${Done%/*}" && echo "$Id" >"$Done" && say "is a $Role of the swarm"
