# plug-in.sh NAME LINK ADDRESS/BITS NETWORK…: an instance's network: one link to the bridge, no default route.
set -euo pipefail
name=$1 link=$2 address=$3
shift 3
if [ -e "/run/netns/$name" ]; then exit 0; fi
ip netns add "$name"
ip link add "$link" type veth peer name eth0 netns "$name"
ip link set "$link" master lan up
ip -n "$name" link set lo up
ip -n "$name" addr add "$address" dev eth0
ip -n "$name" link set eth0 up
ip -n "$name" route replace 169.254.169.254/32 dev eth0
for network; do
  ip route replace "$network" dev lan src 169.254.169.254
  ip -n "$name" route replace "$network" dev eth0
done
