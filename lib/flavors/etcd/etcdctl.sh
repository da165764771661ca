# What etcd's scripts ask and say. Member ids are hexadecimal: etcdctl's own JSON and `fields` print them as 64-bit numbers.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# ctl ADDRESS WORD…: etcdctl at this member, for a few seconds. Never through a proxy.
ctl() {
  local at=$1
  shift
  env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY timeout 6 etcdctl --endpoints="http://$at:2379" --dial-timeout=2s --command-timeout=3s "$@" </dev/null
}

# hex NUMBER: an unsigned 64-bit number in hexadecimal; bash counts modulo 2^64, and prints it unsigned.
hex() {
  local number=0 at
  for ((at = 0; at < ${#1}; at++)); do number=$((number * 10 + ${1:at:1})); done
  printf '%x' "$number"
}

# status ADDRESS: `<cluster> <member> <leader, or 0> <true when it is a learner>`. It answers without a quorum, too.
status() {
  local answer name
  answer=$(ctl "$1" endpoint status -w fields 2>/dev/null) || return
  for name in ClusterID MemberID Leader; do
    hex "$(sed -n "s/^\"$name\" : \([0-9]*\)$/\1/p" <<<"$answer" | head -n 1)"
    printf ' '
  done
  sed -n 's/^"IsLearner" : //p' <<<"$answer"
}

# members ADDRESS: a line `<id> <started|unstarted> <name or -> <address> <voter|learner>` for each in its list. Only a read
# that went through the quorum just before makes it one to rely on: see `reads`.
members() {
  ctl "$1" member list -w simple 2>/dev/null |
    sed -n 's#^\([0-9a-f]*\), \([a-z]*\), \([^ ,]*\), https*://\([0-9.]*\):[0-9]*[^ ]*, [^ ]*, \(true\|false\)$#\1 \2 \3 \4 \5#p' |
    sed 's/  / - /; s/ true$/ learner/; s/ false$/ voter/'
}

# reads ADDRESS: it answers a linearizable read, which takes a quorum. A learner never does.
reads() { ctl "$1" endpoint health >/dev/null 2>&1; }

# lookup NAME: a parameter's value; 3 when there is none, 1 when that cannot be said.
lookup() {
  local answer
  answer=$(ssm GetParameter "{\"Name\":\"$1\"}") && { json_field Value <<<"$answer"; return 0; }
  case $answer in *ParameterNotFound*) return 3 ;; esac
  return 1
}

# speaks ADDRESS CLUSTER: a voter of this very cluster that reads through its quorum.
speaks() {
  local cluster learner
  read -r cluster _ _ learner < <(status "$1") || return
  [ "$cluster" = "$2" ] && [ "$learner" = false ] && reads "$1"
}
