# How the image comes to the node. No password is on any command line: keys reach curl through standard input, and ctr
# reads the registry's from a file in memory that only root can read, for as long as the pull takes.

# signed REGION SERVICE CURL-ARGUMENT…: one request, signed with the node's own role.
signed() {
  local role keys region=$1 service=$2
  shift 2
  role=$(metadata iam/security-credentials/) || return
  keys=$(metadata "iam/security-credentials/$role") || return
  curl -sS -f -K - --aws-sigv4 "aws:amz:$region:$service" "$@" <<CONFIG
user = "$(json_field AccessKeyId <<<"$keys"):$(json_field SecretAccessKey <<<"$keys")"
header = "X-Amz-Security-Token: $(json_field Token <<<"$keys")"
CONFIG
}

# overlayfs, or where the file system cannot carry it (containerd believes it always can) copies.
snapshotter() {
  local at kind=native
  at=$(mktemp -d /var/lib/containerd/holdfast.XXXXXX) || return
  mkdir "$at"/{lower,upper,work,merged}
  mount -t overlay overlay -o "lowerdir=$at/lower,upperdir=$at/upper,workdir=$at/work" "$at/merged" 2>/dev/null && umount "$at/merged" && kind=overlayfs
  rm -rf "$at"
  echo "$kind"
}

have_image() { [ -n "$(ctr -n holdfast image ls -q "name==$Image")" ]; }

fetch_image() { if [ -n "$Archive" ]; then import_archive; else pull_image; fi; }

import_archive() {
  local file=$Archive code=0
  [ "${Archive#/}" != "$Archive" ] || file=$(mktemp /var/tmp/holdfast.XXXXXX) || return
  download "$file" && checked "$file" && ctr -n holdfast image import --snapshotter "$Snapshotter" "$file" >/dev/null && have_image || code=1
  [ "$file" = "$Archive" ] || rm -f "$file"
  return "$code"
}

# download FILE: from https, or from S3; nothing when the archive is on the machine already.
download() {
  local place=${Archive#s3://} region
  case $Archive in
    https://*) curl -sS -f -L --proto '=https' -m 900 -o "$1" "$Archive" ;;
    s3://*)
      region=$(metadata placement/region) || return
      signed "$region" s3 -m 900 -o "$1" -H 'X-Amz-Content-Sha256: UNSIGNED-PAYLOAD' "${AWS_ENDPOINT_URL_S3:-https://s3.$region.$(metadata services/domain)}/$place"
      ;;
  esac
}

checked() {
  [ -z "$Sum" ] || sha256sum --status -c - <<<"$Sum  $1" || {
    say "$Archive has another SHA-256 than $Sum"
    return 1
  }
}

# What ECR gives is base64 of user and password: it goes into a header as it is, as HTTP's Basic wants it.
pull_image() {
  local host=${Image%%/*} region answer hosts code=0
  region=${host#*.dkr.ecr*.}
  answer=$(signed "${region%%.*}" ecr -m 30 -H 'Content-Type: application/x-amz-json-1.1' -H 'X-Amz-Target: AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken' -d '{}' "${AWS_ENDPOINT_URL_ECR:-https://api.ecr.$region}/") || return
  hosts=$(mktemp -d /run/holdfast.XXXXXX) || return
  mkdir "$hosts/$host"
  (
    umask 077
    cat >"$hosts/$host/hosts.toml" <<TOML
server = "https://$host"
[host."https://$host"]
capabilities = ["pull", "resolve"]
[host."https://$host".header]
Authorization = ["Basic $(json_field authorizationToken <<<"$answer")"]
TOML
  )
  timeout 900 ctr -n holdfast image pull --hosts-dir "$hosts" --snapshotter "$Snapshotter" "$Image" >/dev/null || code=1
  rm -rf "$hosts"
  return "$code"
}
