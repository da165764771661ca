# Says, line by line:
#   self <hex id>
#   health <true|false> [reason]     true: it has just read through a quorum
#   member <hex id> <address> <voter|learner> <leader|follower|unstarted|unreachable>   for each in its list, which a learner has
#                                    not. unreachable: does not answer over the network; a voter, such a read
#   end <number of lines before this one>
# Exit code 0; 67: the same, or nothing, and as far as it sees there is no quorum; 66: it cannot say, being no member of its
# group's cluster or not yet, and then `unfounded` and `end 1` when there is no such cluster yet.
DataDir=/var/lib/etcd Address=127.0.0.1
# shellcheck source=/dev/null
[ ! -e "$Settings" ] || . "$Settings"
own=$(cat "$DataDir/holdfast" 2>/dev/null)
founded=$(lookup "$Path/cluster")
code=$?
if ! read -r cluster self leader learner < <(status 127.0.0.1); then
  # Without a quorum it does not open its port for clients after a start.
  if [ -n "$own" ] && [ "$own" = "$founded" ] && curl -sf -m 2 -o /dev/null "http://$Address:2380/version"; then
    say 'runs, and finds no quorum'
    exit 67
  fi
  [ "$code" != 3 ] || [ -n "$own" ] || printf 'unfounded\nend 1\n'
  say "$(cat /run/holdfast-etcd.stage 2>/dev/null || echo 'has not begun')"
  exit 66
fi
[ "$code" = 0 ] || founded=${own:-'not founded yet'}
[ "$cluster" = "$founded" ] || { say "is in cluster $cluster, and its group's is $founded"; exit 66; }
echo "self $self"
if [ "$learner" = true ]; then
  printf 'health false a learner\nend 2\n'
  exit
fi
list=$(members 127.0.0.1)
ends=$(awk '$2 == "started" && $5 == "voter" { printf "http://%s:2379,", $4 }' <<<"$list")
probed=$(ctl "${ends#http://}http://127.0.0.1" endpoint health 2>&1)
reads_here() { grep -qF "http://$1:2379 is healthy" <<<"$probed"; }
is_up() { if [ "$1" = voter ]; then reads_here "$2"; else status "$2" >/dev/null; fi; }

lost=''
if reads_here 127.0.0.1; then
  echo 'health true'
else
  why=$(sed -n 's#^http://127.0.0.1:2379 is unhealthy: \(failed to commit proposal: \)\{0,1\}##p' <<<"$probed")
  [ "$leader" != 0 ] || grep -q ' is healthy' <<<"$probed" || lost=yes why='no leader'
  echo "health false ${why:-no answer}"
fi
while read -r id state _ address role; do
  if [ "$state" = started ]; then
    if [ "$id" = "$leader" ]; then state=leader; else state=follower; fi
    is_up "$role" "$address" || state=unreachable
  fi
  echo "member $id $address $role $state"
done <<<"$list"
echo "end $(($(grep -c '' <<<"$list") + 2))"
[ -z "$lost" ] || { say 'has no leader, and no voter reads'; exit 67; }
