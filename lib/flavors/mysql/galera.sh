# What the boot script and the documents of mysql share. Root logs in through the server's socket: there is no password.

Data=/var/lib/mysql

sql() { timeout 10 mariadb -u root -N -B -e "$1" 2>/dev/null; }

# status NAME: of the cluster, as this member sees it.
status() { sql "SHOW GLOBAL STATUS LIKE '$1'" | cut -f 2; }

is_synced() { [ "$(status wsrep_cluster_status) $(status wsrep_ready) $(status wsrep_local_state_comment)" = 'Primary ON Synced' ]; }

is_primary() { [ "$(status wsrep_cluster_status)" = Primary ]; }

# known NAME: a parameter's value; 3 when there is none, 1 when that cannot be told.
known() {
  local answer
  answer=$(ssm GetParameter "{\"Name\":\"$1\",\"WithDecryption\":true}") && json_field Value <<<"$answer" && return
  case $answer in *ParameterNotFound*) return 3 ;; esac
  return 1
}

# start [--wsrep-new-cluster]: the server; one that fails is started again, until it is stopped.
start() {
  if [ -d /run/systemd/system ]; then
    if [ -n "${1:-}" ]; then galera_new_cluster; else systemctl start mariadb; fi
    return
  fi
  install -d -o mysql -g mysql /run/mysqld
  setsid bash -c '
    echo $$ >/run/holdfast-mariadb.pid
    new=$1
    while :; do
      position=$(galera_recovery 2>/dev/null)
      mariadbd --user=mysql $new $position && exit
      new=
      sleep 2
    done' holdfast-mariadb "${1:-}" </dev/null >>/var/log/holdfast-mariadb.log 2>&1 &
}

# stop: it says goodbye to the others, which then need fewer for a majority.
stop() {
  if [ -d /run/systemd/system ]; then
    timeout 120 systemctl stop mariadb
    return
  fi
  [ ! -e /run/holdfast-mariadb.pid ] || kill "$(cat /run/holdfast-mariadb.pid)" 2>/dev/null
  pkill -x mariadbd
  retry 60 is_down
}

is_down() { ! pgrep -x mariadbd >/dev/null; }

# found: a cluster that begins with this member's data.
found() {
  [ ! -e "$Data/grastate.dat" ] || sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' "$Data/grastate.dat"
  start --wsrep-new-cluster
  retry 180 is_synced
}
