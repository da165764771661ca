# What a member of a ZooKeeper ensemble asks and says. Everything of it is under $Home; `zoo.cfg` is the last that is written.

Home=/var/lib/holdfast/zookeeper

# ask ADDRESS WORD: the answer to a four-letter word, in three seconds.
ask() {
  # shellcheck disable=SC2016
  timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/2181" && printf %s "$1" >&3 && cat <&3' "$1" "$2" 2>/dev/null
}

# mode ADDRESS: leader, follower or observer; nothing when it does not serve. `ruok` would say imok even then.
mode() { ask "$1" srvr | sed -n 's/^Mode: //p'; }

serves() { [ -n "$(mode "$1")" ]; }

# entries ADDRESS: the lines of the configuration that this server has from its leader; nothing when it does not serve.
entries() { ask "$1" conf | grep '^server\.'; }

# servers ADDRESS: the same as lines `id address role`.
servers() { entries "$1" | sed -n 's/^server\.\([0-9]*\)=\([0-9.]*\):[0-9]*:[0-9]*:\([a-z]*\).*/\1 \2 \3/p'; }

classpath() {
  if [ -d /opt/zookeeper/lib ]; then echo '/opt/zookeeper/conf:/opt/zookeeper/lib/*'; else echo /usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar; fi
}

# reconfigure ADDRESS CHANGE: asks for it as the ensemble's superuser. Whether it was done is seen in the configuration only:
# a leader that takes itself out also drops this connection.
reconfigure() {
  local token
  token=$(parameter "$Path/manager-token") && [ -n "$token" ] || return
  printf '%s\n' "addauth digest super:$token" "reconfig $2" quit |
    timeout 20 java -Xmx64m -XX:TieredStopAtLevel=1 -cp "$(classpath)" org.apache.zookeeper.ZooKeeperMain -server "$1:2181" >/dev/null 2>&1
  return 0
}

# without ADDRESS ID: that server's configuration can be read, and lists no such id.
without() {
  local list
  list=$(servers "$1") && [ -n "$list" ] && ! grep -q "^$2 " <<<"$list"
}

# removed ADDRESS ID: takes it out through that server.
removed() { without "$1" "$2" || { reconfigure "$1" "-remove $2" && without "$1" "$2"; }; }

# is_member: this machine was set up as a member of the ensemble in question.
is_member() { [ -e "$Home/zoo.cfg" ] && [ "$(cat "$Home/path")" = "$Path" ]; }

# known NAME: 0 when there is such a parameter, 3 when there is none, 1 when that cannot be said.
known() {
  local answer
  answer=$(ssm GetParameter "{\"Name\":\"$1\"}") && return
  case $answer in *ParameterNotFound*) return 3 ;; esac
  return 1
}
