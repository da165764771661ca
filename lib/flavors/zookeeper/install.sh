# Puts ZooKeeper 3.5 or newer and Java on the machine, unless they are on its image.

download() {
  case $Archive in
    s3://*) aws s3 cp --only-show-errors "$Archive" "$1" ;;
    *) curl -fsSL --retry 5 -o "$1" "$Archive" ;;
  esac
}

unpack_archive() {
  local file=/opt/zookeeper.tar.gz
  download "$file" || return
  sha256sum -c --status <<<"$Sha256  $file" || { say "$Archive has another SHA-256 than $Sha256"; return 1; }
  rm -rf /opt/zookeeper.new
  mkdir -p /opt/zookeeper.new && tar -xzf "$file" -C /opt/zookeeper.new --strip-components=1 && mv /opt/zookeeper.new /opt/zookeeper
}

packages() {
  if command -v apt-get >/dev/null; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
  else
    dnf install -y -q "$@"
  fi
}

install_java() {
  command -v java >/dev/null && return
  if command -v apt-get >/dev/null; then packages default-jre-headless; else packages java-17-amazon-corretto-headless; fi
}

install_zookeeper() {
  [ -d /opt/zookeeper/lib ] && return
  [ -z "$Archive" ] || { unpack_archive; return; }
  [ -e /usr/share/java/zookeeper.jar ] && return
  command -v apt-get >/dev/null || { say 'there is no package of ZooKeeper here: set Archive'; return 1; }
  packages libzookeeper-java
}

install_all() {
  install_java && install_zookeeper || return
  local version
  version=$(java -cp "$(classpath)" org.apache.zookeeper.version.VersionInfoMain)
  case $version in
    *'version 3.'[0-4].*) say "too old to be reconfigured, it takes 3.5 or newer: $version"; exit 1 ;;
    *version*) say "$version" ;;
    *) return 1 ;;
  esac
  id zookeeper >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin zookeeper
}
