# enter.sh PID DISK SCRIPT: runs a script that lies inside of an instance, in its cgroups, namespaces and environment.
set -euo pipefail
pid=$1 disk=$2 script=$3
while IFS= read -r group; do echo 0 >"$group/cgroup.procs"; done <"$disk/cgroups"
exec nsenter -t "$pid" -a -- env -i bash /run/holdfast/with-environment bash "$script"
