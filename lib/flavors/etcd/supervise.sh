# Keeps etcd running: a unit of systemd, or a loop where there is none. One that ends with 0 is no member any more, and stays down.
Program=/usr/local/lib/holdfast/etcd
Settings=/etc/holdfast-etcd

supervise() {
  if [ -d /run/systemd/system ]; then
    cat >/etc/systemd/system/holdfast-etcd.service <<UNIT
[Unit]
Description=etcd of this instance's group
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0
[Service]
ExecStart=$Program
Restart=on-failure
RestartSec=2
TimeoutStopSec=15
LimitNOFILE=65536
[Install]
WantedBy=multi-user.target
UNIT
    systemctl daemon-reload && systemctl enable --now holdfast-etcd
  elif ! is_kept; then
    setsid bash -c "until '$Program'; do sleep 2; done" </dev/null >>/var/log/holdfast-etcd.log 2>&1 &
    echo $! >/run/holdfast-etcd.pid
  fi
}

is_kept() { [ -e /run/holdfast-etcd.pid ] && ! is_over "$(cat /run/holdfast-etcd.pid)"; }

# Ends it and all that it started; etcd may take its time over SIGTERM.
unsupervise() {
  local group
  if [ -d /run/systemd/system ]; then systemctl stop holdfast-etcd; return; fi
  group=$(cat /run/holdfast-etcd.pid) || return 0
  kill -TERM -- "-$group" 2>/dev/null
  retry 5 is_over "$group" || kill -KILL -- "-$group" 2>/dev/null
  retry 5 is_over "$group"
}

is_over() { ! kill -0 -- "-$1" 2>/dev/null; }
