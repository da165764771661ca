# Says, line by line:
#   mode <leader|follower|observer|none|down>   none: says that it serves no requests; down: does not answer at all
#   self <own id>
#   server <id> <address> <participant|observer> <leader|follower|observer|none>   for each server of the configuration
#     that it has from its leader, and how that one serves when it is asked from here; none: not, or no answer
#   end <number of lines before this one>
# Exit code 66: not set up as a member of this ensemble.
is_member || { say 'not set up as a member of this ensemble yet'; exit 66; }
answer=$(ask 127.0.0.1 srvr) || answer=$(ask 127.0.0.1 srvr)
mode=$(sed -n 's/^Mode: //p' <<<"$answer")
case $answer in
  *'not currently serving'*) mode=none ;;
  '') mode=down ;;
esac
lines=$(
  echo "mode ${mode:-none}"
  echo "self $(cat "$Home/myid")"
  servers 127.0.0.1 | while read -r id address role; do
    { is=$(mode "$address") || is=''; echo "server $id $address $role ${is:-none}"; } &
  done | sort -n -k 2
)
echo "$lines"
echo "end $(grep -c '' <<<"$lines")"
