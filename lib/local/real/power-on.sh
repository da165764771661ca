# power-on.sh NAME DISK HOSTNAME INSIDE.SH PROFILE: the instance's own cgroups and namespaces, then inside.sh as its process 1.
set -euo pipefail
name=$1 disk=$2 host=$3 inside=$4 profile=$5
while IFS= read -r group; do echo 0 >"$group/cgroup.procs"; done <"$disk/cgroups"
exec nsenter "--net=/run/netns/$name" \
  unshare --mount --uts --ipc --pid --cgroup --fork --kill-child=KILL --propagation private \
  bash "$inside" "$disk" "$host" "$profile"
