# Runs the server: under systemd where there is one, else in a loop of our own.

server_pid() { [ -e "$Home/pid" ] && grep -qs QuorumPeerMain "/proc/$(cat "$Home/pid")/cmdline" && cat "$Home/pid"; }

start_server() {
  rm -f "$Home/stopped"
  if [ -d /run/systemd/system ]; then
    systemctl enable --now -q holdfast-zookeeper
  else
    setsid flock -n "$Home/lock" bash -c "until [ -e '$Home/stopped' ]; do runuser -u zookeeper -- '$Home/run'; sleep 1; done" \
      </dev/null >>/var/log/holdfast-zookeeper.log 2>&1 &
  fi
}

stop_server() {
  touch "$Home/stopped"
  if [ -d /run/systemd/system ]; then systemctl stop holdfast-zookeeper; else kill -9 "$(server_pid)"; fi
  flock -w 20 "$Home/lock" true
}
