# What a swarm's boot script and documents share. Needs `Path`, where the cluster's nodes tell each other of themselves.

# engine ARGUMENTS…: the engine's client, never longer than a moment.
engine() { timeout "${Moment:-10}" docker "$@"; }

# known NAME: a parameter's value; 3 when there is none, 1 when that cannot be told.
known() {
  local answer
  if answer=$(ssm GetParameter "{\"Name\":\"$1\",\"WithDecryption\":true}"); then
    json_field Value <<<"$answer"
    return
  fi
  case $answer in *ParameterNotFound*) return 3 ;; esac
  return 1
}

# own_swarm: the id of the swarm that this node has a certificate of. It needs no quorum, and works on workers.
own_swarm() {
  local root
  root=$(engine info --format '{{.DockerRootDir}}') || return
  sed '1d;/END/,$d' "$root/swarm/certificates/swarm-node.crt" | base64 -d | LC_ALL=C grep -ao '[0-9a-z]\{25\}' | head -n 1
}

# answers ADDRESS PORT: whether something listens there.
answers() { timeout "${3:-3}" bash -c "</dev/tcp/$1/$2" 2>/dev/null; }

# share_tokens: what nodes join with, for those that may read it.
share_tokens() {
  local role token
  for role in manager worker; do
    token=$(engine swarm join-token -q "$role") && put_parameter "$Path/$role-token" "$token" || return
  done
}
