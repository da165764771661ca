# Gets etcd onto the machine, unless it is there: Archive, or the system's package.

# fetch FILE: from https, or with the node's role from a bucket of its own region.
fetch() {
  local bucket region keys
  case $Archive in https://*) curl -fsSL --retry 5 -o "$1" "$Archive"; return ;; esac
  bucket=${Archive#s3://}
  region=$(metadata placement/region) || return
  keys=$(metadata "iam/security-credentials/$(metadata iam/security-credentials/)") || return
  # The SHA-256 of nothing, which is what a GET sends.
  curl -fsS --retry 5 -o "$1" -K - --aws-sigv4 "aws:amz:$region:s3" -H 'x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' "https://${bucket%%/*}.s3.$region.$(metadata services/domain)/${bucket#*/}" <<CONFIG
user = "$(json_field AccessKeyId <<<"$keys"):$(json_field SecretAccessKey <<<"$keys")"
header = "X-Amz-Security-Token: $(json_field Token <<<"$keys")"
CONFIG
}

unpack() {
  local to=/opt/holdfast-etcd file=/opt/holdfast-etcd.tar.gz one
  fetch "$file" || { say "cannot fetch $Archive"; return 1; }
  sha256sum -c --status <<<"$Sha256  $file" || { rm -f "$file"; stage "has no etcd: $Archive has another SHA-256 than $Sha256"; exit 1; }
  mkdir -p "$to" && tar -xzf "$file" -C "$to" --strip-components=1 --no-same-owner || return
  for one in etcd etcdctl etcdutl; do [ ! -e "$to/$one" ] || ln -sfn "$to/$one" "/usr/local/bin/$one"; done
  rm -f "$file"
}

# The package would start a cluster of its own.
mask() { [ ! -d /run/systemd/system ] || systemctl mask --now etcd.service; }

install_etcd() {
  mask
  if command -v etcd && command -v etcdctl; then :
  elif [ -n "$Archive" ]; then unpack || return
  elif command -v apt-get; then apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends etcd-server etcd-client || return
  else stage 'has no etcd: there is no package of it here: set Archive'; exit 1; fi
  case $(etcd --version) in *'Version: '[0-2].* | *'Version: 3.'[0-3].*) stage 'has an etcd older than 3.4, without learners: set Archive'; exit 1 ;; esac
  id etcd || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin etcd
} >/dev/null
