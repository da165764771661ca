# The Docker engine with our labels. Needs `Labels`, a JSON list of `key=value`.

# install PACKAGE…
install() {
  say "installs $*"
  if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    retry 300 apt-get -qq update
    retry 300 apt-get -qq install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  else
    retry 300 dnf -q install -y "$@"
  fi
}

# label_engine LABELS: puts them into the daemon's file beside what is there. Prints `changed` when it did.
label_engine() {
  mkdir -p /etc/docker
  python3 - "$1" <<'PYTHON'
import json, os, sys

path, labels = '/etc/docker/daemon.json', json.loads(sys.argv[1])
text = open(path).read() if os.path.exists(path) else ''
config = json.loads(text) if text.strip() else {}
ours = {label.split('=', 1)[0] for label in labels}
others = [label for label in config.get('labels', []) if label.split('=', 1)[0] not in ours]
if config.get('labels') != others + labels:
    config['labels'] = others + labels
    with open(path + '.new', 'w') as file:
        json.dump(config, file, indent=2)
    os.replace(path + '.new', path)
    print('changed')
PYTHON
}

engine_answers() { engine version >/dev/null 2>&1; }

stop_engine() {
  kill "$(cat /var/run/docker.pid)" || return 0
  while engine_answers; do sleep 0.2; done
}

# start_engine LABELS: with these labels; with systemd or, where there is none, by hand.
start_engine() {
  local changed
  command -v python3 >/dev/null || install python3
  changed=$(label_engine "$1") || return
  command -v dockerd >/dev/null || if command -v apt-get >/dev/null; then install docker.io; else install docker; fi
  command -v docker >/dev/null || install docker-cli
  if [ -d /run/systemd/system ]; then
    systemctl enable docker
    if [ -n "$changed" ]; then systemctl restart docker; else systemctl start docker; fi
  else
    if [ -n "$changed" ] && engine_answers; then stop_engine; fi
    engine_answers || setsid dockerd >>/var/log/docker.log 2>&1 </dev/null &
  fi
  retry 120 engine_answers
}
