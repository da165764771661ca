# host.sh NETWORK…: the machine that all instances run on. Process 1 of namespaces of its own; it ends, and all that runs
# in it, when its standard input does: with the process that started it, however that one ends.
set -euo pipefail
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add lan type bridge
ip addr add 169.254.169.254/32 dev lan
ip link set lan up
for network; do ip route replace "$network" dev lan src 169.254.169.254; done
# Its process id as the host's /proc shows it.
read -r pid _ </proc/self/stat
echo "$pid"
exec tini -- cat >/dev/null
