# Makes a new cluster, with an id of its own, of this member's data. Whoever comes back from the old one cannot mix with it, and
# does not start after a reboot. The old data stays beside the new as member.lost-<time>.
refuse() {
  say "$*"
  exit 65
}

# rescue FOLDER: what its copy of the data holds, also what etcd has not written to its database yet, as a snapshot. In a network
# of its own, where nobody hears that it calls itself the only member.
rescue() {
  local etcd code
  ip link set lo up || return
  etcd --name "$Instance" --data-dir "$1/old" --force-new-cluster --listen-peer-urls http://127.0.0.1:2380 --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 &
  etcd=$!
  retry 60 reads 127.0.0.1 && etcdctl --endpoints=http://127.0.0.1:2379 snapshot save "$1/snapshot"
  code=$?
  kill -KILL "$etcd"
  return "$code"
}

# renew FOLDER: its snapshot as the data of a new cluster.
renew() {
  local restore=etcdctl
  ! command -v etcdutl >/dev/null || restore=etcdutl
  "$restore" snapshot restore "$1/snapshot" --data-dir "$1/new" --name "$Instance" --initial-cluster "$Instance=http://$Address:2380" --initial-advertise-peer-urls "http://$Address:2380" --initial-cluster-token "$Path/$Instance/$(date +%s)"
}

# replace FOLDER: from here on it is the new cluster, which `announce` tells everybody.
replace() {
  mv "$DataDir/member" "$DataDir/member.lost-$(date -u +%Y%m%dT%H%M%SZ)" && rm -f "$DataDir/holdfast" && mv "$1/new/member" "$DataDir/member" && rm -rf "$1" && chown -R --reference="$DataDir" "$DataDir"
}

recover() {
  local folder=$DataDir/recovering
  rm -rf "$folder"
  mkdir "$folder" "$folder/old" && cp -a "$DataDir/member" "$folder/old/member" || return
  export -f rescue retry reads ctl
  export Instance
  # shellcheck disable=SC2016
  unshare --net bash -c 'rescue "$0"' "$folder" && renew "$folder" && replace "$folder" && announce refound
}

[ -e "$Settings" ] || refuse 'is no member'
Instance='' Address='' DataDir='' Members=''
# shellcheck source=/dev/null
. "$Settings"
cluster=$(lookup "$Path/cluster") || refuse "cannot read $Path/cluster"
! speaks 127.0.0.1 "$cluster" || { say 'has a quorum: there is nothing to recover'; exit 0; }
for peer in $Members $(members 127.0.0.1 | awk '{ print $4 }'); do
  [ "$peer" = "$Address" ] || ! speaks "$peer" "$cluster" || refuse "$peer reads through a quorum: this member has to be replaced, not the cluster"
done
has_data || refuse "has no data in $DataDir"
own=$(cat "$DataDir/holdfast" 2>/dev/null)
[ -z "$own" ] || [ "$own" = "$cluster" ] || refuse "has data of cluster $own, and its group's is $cluster"
unsupervise || refuse 'cannot stop etcd'
recover >>/var/log/holdfast.log 2>&1
code=$?
supervise
if [ "$code" != 0 ] || ! retry 60 speaks 127.0.0.1 "$(cat "$DataDir/holdfast")"; then
  say 'could not make a new cluster'
  exit 1
fi
say "made a new cluster, $(cat "$DataDir/holdfast"), of this member alone"
