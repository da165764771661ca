# The life of a member: founds the cluster or joins it, once; then serves from its data. What etcd is told stands in no
# parameter but `first`, the instance that founds, and `cluster`, the cluster's id once it is founded. Nobody joins before
# that is written, and no client gets in: so a founder that is lost until then has lost nothing.

# stage WORDS: what it is at, for people and for `etcd-look`.
stage() {
  say "$*"
  echo "$*" >/run/holdfast-etcd.stage
}

has_data() { compgen -G "$DataDir/member/wal/*.wal" >/dev/null; }

# launch FLAG…: etcd in the background; its process is $etcd.
launch() {
  local own=() user
  user=$(stat -c %U "$DataDir")
  [ "$user" != etcd ] || own=(setpriv --reuid etcd --regid etcd --clear-groups)
  [ "$(uname -m)" != aarch64 ] || export ETCD_UNSUPPORTED_ARCH=arm64
  "${own[@]}" etcd --name "$Instance" --data-dir "$DataDir" --listen-peer-urls "http://$Address:2380" --initial-advertise-peer-urls "http://$Address:2380" --advertise-client-urls "http://$Address:2379" "$@" &
  etcd=$!
}

# serve INITIAL: for clients, until it ends; its exit code. Data that is there beats what etcd is told of the others.
serve() {
  launch --listen-client-urls "http://$Address:2379,http://127.0.0.1:2379" --initial-cluster "$1" --initial-cluster-state existing
  promote
  wait "$etcd"
  local code=$?
  [ "$code" != 0 ] || stage 'was taken out of the cluster'
  return "$code"
}

# promote: has others make a voter of this learner, as soon as it has all data.
promote() {
  local member learner peer
  while kill -0 "$etcd" 2>/dev/null; do
    read -r _ member _ learner < <(status 127.0.0.1)
    case $learner in
      false) stage 'serves as a voter'; return ;;
      true)
        stage 'learns'
        for peer in $Members; do [ "$peer" = "$Address" ] || ! ctl "$peer" member promote "$member" || break; done
        ;;
    esac
    sleep 1
  done
}

# announce WRITE: starts where no client gets in, and has WRITE tell the cluster's id to everybody.
announce() {
  local cluster code=1
  launch --listen-client-urls http://127.0.0.1:2379 --initial-cluster "$Instance=http://$Address:2380" --initial-cluster-state new --initial-cluster-token "$Path/$Instance"
  if retry 30 reads 127.0.0.1; then
    read -r cluster _ < <(status 127.0.0.1)
    "$1" "$cluster" && echo "$cluster" >"$DataDir/holdfast"
    code=$?
  fi
  kill -TERM "$etcd"
  retry 10 is_gone "$etcd" || kill -KILL "$etcd"
  wait "$etcd"
  return "$code"
}

is_gone() { ! kill -0 "$1" 2>/dev/null; }

found() {
  local cluster
  create_parameter "$Path/cluster" "$1" && return
  cluster=$(lookup "$Path/cluster") || return 1
  [ "$cluster" = "$1" ] || foreign "$1" "$cluster"
}

# foreign OWN CLUSTER: the data is not of this group's cluster, whose id is CLUSTER.
foreign() {
  stage "does not start: $DataDir has data of cluster $1, and its group's is $2"
  return 9
}

refound() { put_parameter "$Path/cluster" "$1" String; }

# join CLUSTER: through any member that speaks for it. Who else is listed at our address is gone: EC2 gives it to one only.
join() {
  local peer stale answer
  for peer in $Members; do
    [ "$peer" != "$Address" ] || continue
    speaks "$peer" "$1" || continue
    stage "asks $peer to join"
    for stale in $(members "$peer" | awk -v own="$Address" '$4 == own { print $1 }'); do ctl "$peer" member remove "$stale" || return; done
    answer=$(ctl "$peer" member add "$Instance" --learner --peer-urls="http://$Address:2380") || return
    Initial=$(sed -n 's/^ETCD_INITIAL_CLUSTER="\(.*\)"$/\1/p' <<<"$answer")
    [ -n "$Initial" ] && echo "$1" >"$DataDir/holdfast"
    return
  done
  stage "waits for a member of cluster $1: none of $Members answers"
  return 1
}

# begin: without data. Ends with data of our own, or with $Initial to begin with.
begin() {
  local cluster wait=1 code
  rm -rf "$DataDir/member" "$DataDir/holdfast"
  while :; do
    cluster=$(lookup "$Path/cluster")
    code=$?
    if [ "$code" = 0 ]; then
      ! join "$cluster" || return 0
    elif [ "$code" = 3 ] && { create_parameter "$Path/first" "$Instance" || [ "$(lookup "$Path/first")" = "$Instance" ]; }; then
      stage 'founds the cluster'
      announce found
      return
    else
      stage 'waits for the cluster to be founded'
    fi
    sleep "$wait"
    wait=$((wait < 4 ? wait * 2 : 5))
  done
}

# resume: with data, of this cluster only. Whoever founds may have stopped before it could tell.
resume() {
  local own cluster code
  own=$(cat "$DataDir/holdfast" 2>/dev/null)
  cluster=$(lookup "$Path/cluster")
  code=$?
  if [ -n "$own" ]; then
    [ "$code" != 0 ] || [ "$own" = "$cluster" ] || foreign "$own" "$cluster"
  elif [ "$code" = 1 ]; then
    return 1
  elif [ "$(lookup "$Path/first")" = "$Instance" ]; then
    announce found
  else
    foreign unknown "${cluster:-not founded}"
  fi
}

# live: until etcd ends. 0: it is not to be started again.
live() {
  local Initial="$Instance=http://$Address:2380"
  exec 9>/run/holdfast-etcd.lock
  flock -n 9 || return 1
  if has_data; then resume; else begin; fi
  case $? in
    0) chown -R --reference="$DataDir" "$DataDir" && serve "$Initial" ;;
    9) return 0 ;;
    *) return 1 ;;
  esac
}
