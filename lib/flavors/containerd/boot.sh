# Brings up containerd and, once, the task: nothing restarts a task that ends, its instance is replaced.
# Settings: Image Archive Sum Args Env Memory ProbeKind ProbePort ProbePath; Args and Env are base64 of strings that end with NUL.
exec >>/var/log/holdfast.log 2>&1
State=/var/lib/holdfast/containerd

install_containerd() {
  if command -v apt-get >/dev/null; then
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends containerd runc
  else
    dnf -q -y install containerd runc
  fi
}

start_containerd() {
  ctr --connect-timeout 1s version >/dev/null 2>&1 && return
  if [ -d /run/systemd/system ]; then
    systemctl enable --now containerd
  else
    setsid containerd </dev/null >/var/log/containerd.log 2>&1 &
  fi
  retry 60 ctr --connect-timeout 1s version >/dev/null 2>&1
}

give_up() {
  say "$*"
  exit 1
}

installed() { command -v containerd && command -v ctr && command -v runc; } >/dev/null
installed || retry 300 install_containerd || give_up "containerd cannot be installed"
start_containerd || give_up "containerd does not answer"
Snapshotter=$(snapshotter) || give_up "no room for images"
have_image || retry 300 fetch_image || give_up "no image $Image"

mkdir -p "$State"
printf "%s='%s'\n" Image "$Image" Args "$Args" Env "$Env" Memory "$Memory" Snapshotter "$Snapshotter" ProbeKind "$ProbeKind" ProbePort "$ProbePort" ProbePath "$ProbePath" >"$State/settings"
cat >"$State/run" <<'RUN'
#!/bin/bash
. /var/lib/holdfast/containerd/settings
ctr -n holdfast task ls | grep -q '^task .*RUNNING' && exit
# Left from before a reboot.
ctr -n holdfast task rm -f task >/dev/null 2>&1
ctr -n holdfast container rm task >/dev/null 2>&1
mapfile -d '' -t args < <(base64 -d <<<"$Args")
mapfile -d '' -t env < <(base64 -d <<<"$Env")
options=(--net-host --snapshotter "$Snapshotter")
[ -z "$Memory" ] || options+=(--memory-limit "$((Memory * 1048576))")
for one in "${env[@]}"; do options+=(--env "$one"); done
exec ctr -n holdfast run --detach --log-uri file:///var/log/holdfast-task.log "${options[@]}" "$Image" task "${args[@]}"
RUN
chmod 755 "$State/run"

if [ -d /run/systemd/system ]; then
  cat >/etc/systemd/system/holdfast-task.service <<UNIT
[Unit]
Description=The image of this instance's group
After=containerd.service network-online.target
Wants=containerd.service network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$State/run
[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable --now holdfast-task
else
  "$State/run"
fi
