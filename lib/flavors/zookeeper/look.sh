# Says, line by line:
#   mode <leader|follower|observer|none|down>   none: says that it serves no requests; down: does not answer at all
#   self <own id>
#   server <id> <address> <participant|observer>   for each server of the configuration that it has from its leader
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
  servers 127.0.0.1 | sed 's/^/server /'
)
echo "$lines"
echo "end $(grep -c '' <<<"$lines")"
