# Makes this machine a member of a Galera cluster: the one that claims it first founds it, all others join.
# Settings: Path, and Peers: the addresses of all members with commas between.
exec >>/var/log/holdfast.log 2>&1

give_up() {
  say "$*"
  exit 1
}

install_mariadb() {
  if command -v apt-get >/dev/null; then
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends mariadb-server galera-4 rsync
  else
    dnf -q -y install mariadb105-server mariadb105-server-galera rsync || dnf -q -y install mariadb-server mariadb-server-galera rsync
  fi
}

installed() { command -v mariadbd && command -v galera_new_cluster && command -v rsync; } >/dev/null

configure() {
  local file=/etc/my.cnf.d/zz-holdfast.cnf provider
  [ ! -d /etc/mysql/mariadb.conf.d ] || file=/etc/mysql/mariadb.conf.d/zz-holdfast.cnf
  provider=$(find /usr/lib/galera* /usr/lib64/galera* -name libgalera_smm.so 2>/dev/null | head -n 1)
  [ -n "$provider" ] || give_up "no Galera library"
  cat >"$file" <<CNF
[mysqld]
bind_address = 0.0.0.0
binlog_format = ROW
default_storage_engine = InnoDB
innodb_autoinc_lock_mode = 2
wsrep_on = ON
wsrep_provider = $provider
# At most 32 characters.
wsrep_cluster_name = holdfast-$(sha256sum <<<"$Path" | cut -c 1-20)
wsrep_cluster_address = gcomm://$Peers
wsrep_node_name = $Id
wsrep_node_address = $Address
wsrep_node_incoming_address = $Address:3306
wsrep_sst_method = rsync
CNF
  [ -d /run/systemd/system ] || return 0
  mkdir -p /etc/systemd/system/mariadb.service.d
  printf '[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=on-failure\nRestartSec=5\n' >/etc/systemd/system/mariadb.service.d/holdfast.conf
  systemctl daemon-reload
  systemctl enable mariadb
  # It came up alone, when the package was installed or when the machine booted.
  systemctl stop mariadb
}

# may_found: 0 when this instance is to found the cluster, 3 when it is founded, 1 while another one is at it.
may_found() {
  local code
  known "$Path/cluster" >/dev/null
  code=$?
  [ "$code" = 3 ] || return $((code == 0 ? 3 : 1))
  create_parameter "$Path/first" "$Id" || [ "$(known "$Path/first")" = "$Id" ]
}

# settled: how it begins is decided.
settled() {
  may_found
  How=$?
  [ "$How" != 1 ]
}

# published: everybody can know which cluster there is, ours or one that was there before.
published() {
  create_parameter "$Path/cluster" "$Own" || Theirs=$(known "$Path/cluster")
}

join() {
  start
  retry 900 is_synced || give_up "has not joined within 15 minutes"
  [ "$(status wsrep_cluster_state_uuid)" = "$(known "$Path/cluster")" ] || say "has joined another cluster than $Path/cluster"
}

is_synced && exit 0
{ Id=$(metadata instance-id) && Address=$(metadata local-ipv4); } || give_up "the metadata service does not answer"
installed || retry 300 install_mariadb || give_up "MariaDB cannot be installed"
[ -d "$Data/mysql" ] || mariadb-install-db --user=mysql --datadir="$Data" --auth-root-authentication-method=socket >/dev/null || give_up "no data directory"
configure
retry 900 settled || give_up "the cluster's founder was not heard of within 15 minutes"
if [ "$How" = 3 ]; then
  join
else
  found || give_up "cannot found a cluster"
  Own=$(status wsrep_cluster_state_uuid)
  retry 600 published || give_up "cannot publish the cluster"
  [ "${Theirs:-$Own}" = "$Own" ] || {
    say "another cluster was founded meanwhile: joining it"
    stop
    rm -f "$Data/grastate.dat" "$Data/gvwstate.dat"
    join
  }
fi
say "is a member of $(status wsrep_cluster_size)"
