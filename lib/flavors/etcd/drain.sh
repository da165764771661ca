# Takes the member that runs on Instance out of the list: on another one, while a majority of those left serves, and no fewer
# than Least. Members have their instance's id as name, so that one that came to the same address meanwhile stays.
refuse() {
  say "$*"
  exit 65
}

# take_out: one try. Everything is asked again each time.
take_out() {
  local leader list member address role id at kind voters=0 serving=0 heir='' majority
  speaks 127.0.0.1 "$cluster" || refuse 'does not read through a quorum here, so that nothing can be said of it'
  read -r _ _ leader _ < <(status 127.0.0.1)
  list=$(members 127.0.0.1)
  [ -n "$list" ] || refuse 'has no member list'
  read -r member _ _ address role < <(awk -v name="$Instance" '$3 == name' <<<"$list") || { say "$Instance is not listed"; exit 0; }
  if [ "$role" = voter ]; then
    while read -r id _ _ at kind; do
      if [ "$kind" != voter ] || [ "$id" = "$member" ]; then continue; fi
      voters=$((voters + 1))
      reads "$at" && serving=$((serving + 1)) && heir=${heir:-$id}
    done <<<"$list"
    majority=$((voters / 2 + 1))
    [ "$serving" -ge "$majority" ] || refuse "without $Instance $serving of $voters voters would serve, fewer than the majority of $majority"
    [ "$serving" -ge "$Least" ] || ! reads "$address" || refuse "without $Instance $serving voters would serve, fewer than $Least"
    [ "$leader" != "$member" ] || ctl "$address" move-leader "$heir"
  fi
  ctl 127.0.0.1 member remove "$member"
}

cluster=$(lookup "$Path/cluster")
case $? in
  0) ;;
  3) say 'no cluster was founded yet'; exit 0 ;;
  *) refuse "cannot read $Path/cluster" ;;
esac
retry 60 take_out || { say "cannot take $Instance out"; exit 1; }
