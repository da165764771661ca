# A node of a Kubernetes cluster. Needs `Path`, `Role` (manager or worker), `Labels`, and of managers `Endpoint` (or
# nothing), `PodSubnet` (or nothing) and `AddOns`. Who comes first founds the cluster with `kubeadm init`; the others wait
# for it and join. Done once. Nodes are named after their instance, so that none has the name of one that is gone.

exec >>/var/log/holdfast.log 2>&1
Config=/run/holdfast-kubernetes
trap 'rm -f "$Config"' EXIT

answers() { timeout 3 bash -c "</dev/tcp/$1/6443" 2>/dev/null; }

# is_first: whether this manager founds the cluster.
is_first() {
  local first
  first=$(known "$Path/first")
  case $? in
    0) [ "$first" = "$Id" ] ;;
    3) create_parameter "$Path/first" "$Id" ;;
    *) return 1 ;;
  esac
}

registration() {
  cat <<CONFIG
nodeRegistration:
  name: $Id
  kubeletExtraArgs:
  - name: node-labels
    value: holdfast.io/instance=$Id${Labels:+,$Labels}
  - name: provider-id
    value: aws:///$Zone/$Id
CONFIG
}

# point ADDRESS: by the endpoint's name this node means that API server; its load balancer has no target before the
# first node is well, and does not lead a node back to itself.
point() {
  [ -n "$Endpoint" ] || return 0
  sed -i '/ # holdfast$/d' /etc/hosts
  echo "$1 ${Endpoint%:*} # holdfast" >>/etc/hosts
}

run_kubeadm() {
  timeout 420 kubeadm "$@" --config "$Config" 2>&1 | masked
  [ "${PIPESTATUS[0]}" = 0 ] && return
  timeout 120 kubeadm reset --force 2>&1 | masked
  return 1
}

# own_cluster: the id of the cluster whose control plane this node is of.
own_cluster() { kube get namespace kube-system -o 'jsonpath={.metadata.uid}'; }

# is_of CLUSTER: this node has founded or joined it; a boot that was broken off goes on from there.
is_of() { [ "$Role" = manager ] && [ -e /etc/kubernetes/admin.conf ] && [ "$(own_cluster)" = "$1" ] && point "$Address" && announce; }

# found: `cluster` last, since the others wait for it. When somebody was faster, this cluster is given up.
found() {
  local key addon
  key=$(openssl rand -hex 32)
  point "$Address"
  if ! kube get --raw /readyz >/dev/null; then
    say "founds the cluster"
    { echo "apiVersion: kubeadm.k8s.io/v1beta4"; echo "kind: InitConfiguration"; echo "localAPIEndpoint: {advertiseAddress: $Address}"; registration
      echo "---"; echo "apiVersion: kubeadm.k8s.io/v1beta4"; echo "kind: ClusterConfiguration"; echo "kubernetesVersion: $(kubeadm version -o short)"
      echo "controlPlaneEndpoint: ${Endpoint:-$Address:6443}"
      [ -z "$PodSubnet" ] || echo "networking: {podSubnet: $PodSubnet}"; } | private "$Config"
    run_kubeadm init --skip-token-print || return
  fi
  for addon in $AddOns; do Moment=60 retry 120 kube apply -f "$addon" || return; done
  retry 60 renew "$key" && announce || return
  create_parameter "$Path/cluster" "$(own_cluster)" || [ "$(known "$Path/cluster")" = "$(own_cluster)" ]
}

announce() { retry 120 put_parameter "$Path/managers/$Id" "$Address"; }

# join CLUSTER: through any manager that answers.
join() {
  local token hash key address
  ! is_of "$1" || return 0
  read -r token hash key < <(known "$Path/$Role-token")
  [ -n "$hash" ] || { say "cannot read the $Role token"; return 1; }
  for address in $(parameters_under "$Path/managers" | cut -d ' ' -f 2 | shuf); do
    [ "$address" != "$Address" ] && answers "$address" || continue
    [ "$Role" = worker ] || point "$address"
    { echo "apiVersion: kubeadm.k8s.io/v1beta4"; echo "kind: JoinConfiguration"; registration
      echo "discovery: {bootstrapToken: {apiServerEndpoint: '$address:6443', token: $token, caCertHashes: ['$hash']}}"
      [ "$Role" = worker ] || echo "controlPlane: {certificateKey: $key, localAPIEndpoint: {advertiseAddress: $Address}}"; } | private "$Config"
    run_kubeadm join || continue
    say "joined through $address"
    [ "$Role" = worker ] || { point "$Address" && announce; }
    return
  done
  return 1
}

enter() {
  local until=$((SECONDS + 1200)) cluster
  while [ "$SECONDS" -lt "$until" ]; do
    cluster=$(known "$Path/cluster")
    case $? in
      0) ! join "$cluster" || return 0 ;;
      3) [ "$Role" = worker ] || ! is_first || ! found || return 0 ;;
    esac
    sleep $((5 + RANDOM % 5))
  done
  say "gives up: no cluster to join in twenty minutes"
  return 1
}

# keep_renewing: every hour, on every manager; a token lives for a day and the certificates for two hours.
keep_renewing() {
  local file=/usr/local/lib/holdfast/kubernetes-renew
  mkdir -p "${file%/*}"
  { echo '#!/bin/bash'; declare -p Path Address Pki; declare -f; echo 'retry 600 renew'; } >"$file"
  chmod 700 "$file"
  printf '[Service]\nType=oneshot\nExecStart=%s\n' "$file" >/etc/systemd/system/holdfast-kubernetes-renew.service
  printf '[Timer]\nOnActiveSec=50min\nOnBootSec=5min\nOnUnitActiveSec=50min\nRandomizedDelaySec=5min\n[Install]\nWantedBy=timers.target\n' >/etc/systemd/system/holdfast-kubernetes-renew.timer
  systemctl daemon-reload && systemctl -q enable --now holdfast-kubernetes-renew.timer
}

Id=$(metadata instance-id) && Address=$(metadata local-ipv4) && Zone=$(metadata placement/availability-zone) || { say "the metadata service does not answer"; exit 1; }
[ ! -e "$Done" ] || exit 0
[ -d /run/systemd/system ] || { say "kubeadm needs systemd"; exit 1; }
install_packages && tune_machine || { say "cannot make this machine a node"; exit 1; }
enter && { [ "$Role" = worker ] || keep_renewing; } && mkdir -p "${Done%/*}" && echo "$Path" >"$Done" && say "is a $Role of the cluster"
