# Takes Members, by their ids, out of the list: their machines are gone. One that answers stays, and so do all in doubt.
stay() {
  say "$*"
  exit 65
}

# take_out ID: when it is not listed (any more), that is done.
take_out() {
  local list state address
  list=$(members 127.0.0.1)
  [ -n "$list" ] || return
  read -r _ state _ address _ < <(grep "^$1 " <<<"$list") || return 0
  [ "$state" = unstarted ] || ! reads "$address" || stay "$1 ($address) serves"
  ctl 127.0.0.1 member remove "$1"
}

cluster=$(lookup "$Path/cluster") || stay "cannot read $Path/cluster"
speaks 127.0.0.1 "$cluster" || stay 'does not read through a quorum here'
for one in $Members; do retry 8 take_out "$one" || stay "cannot take $one out"; done
