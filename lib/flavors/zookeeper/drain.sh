# Takes the server at Address out of the configuration: on another member, and only while a majority of those left serves,
# and of the Members that the ensemble is to have: a second one does not go before the first was replaced.
refuse() { say "$*"; exit 65; }
if ! is_member; then
  known "$Path/cluster"
  [ $? != 3 ] || { say 'no ensemble was founded yet'; exit 0; }
  refuse 'not set up as a member of this ensemble'
fi
# read_list: sets `list` and the `leaving` one's id in it, if it has one.
read_list() {
  list=$(servers 127.0.0.1)
  [ -n "$list" ] || refuse 'does not serve, so that nothing can be said about its quorum'
  leaving=$(awk -v address="$Address" '$2 == address { print $1 }' <<<"$list")
}

read_list
if [ -z "$leaving" ]; then
  # One that is about to join must not, since it would be counted on when it is gone. It may have begun to, for so long.
  retry 30 put_parameter "$Path/ids/$Instance" leaving String || { say "cannot tell $Instance not to join"; exit 1; }
  sleep 21
  read_list
  [ -n "$leaving" ] || { say "$Address is not in the configuration"; exit 0; }
fi
voters=$(awk -v address="$Address" '$2 != address && $3 == "participant" { print $2 }' <<<"$list")
listed=$(grep -c . <<<"$voters")
serving=0
for voter in $voters; do
  case $(mode "$voter") in leader | follower) serving=$((serving + 1)) ;; esac
done
majority=$((listed / 2 + 1))
if [ "$Members" -gt 2 ] && [ "$((Members / 2 + 1))" -gt "$majority" ]; then majority=$((Members / 2 + 1)); fi
[ "$serving" -ge "$majority" ] || refuse "without $Address $serving would serve, fewer than the majority of $majority"
retry 90 removed 127.0.0.1 "$leaving" || { say "cannot take server $leaving ($Address) out of the configuration"; exit 1; }
say "took server $leaving ($Address) out of the configuration"
