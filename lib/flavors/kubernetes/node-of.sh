# What the boot script of a control-plane node and the documents share. Needs `Path`, where the cluster's nodes tell each
# other of themselves.

CANNOT_SAY=66
QUORUM_LOST=67
QUORUM_REFUSED=65
Done=/var/lib/holdfast/kubernetes
Pki=/etc/kubernetes/pki

# kube ARGUMENTS…: the API server of this node, which reads through the quorum of etcd.
kube() { timeout "${Moment:-8}" kubectl --kubeconfig /etc/kubernetes/admin.conf --server "https://$Address:6443" --request-timeout=4s "$@"; }

# etcd ARGUMENTS…: etcdctl, inside the container that kubeadm runs etcd in. Member ids are hexadecimal in its plain output.
etcd() {
  local container
  container=$(crictl --timeout 5s ps --name '^etcd$' --state Running -q | head -n 1)
  [ -n "$container" ] || return
  timeout 8 crictl --timeout 8s exec "$container" etcdctl --command-timeout=3s --endpoints="${Endpoints:-https://127.0.0.1:2379}" --cacert="$Pki/etcd/ca.crt" --cert="$Pki/etcd/healthcheck-client.crt" --key="$Pki/etcd/healthcheck-client.key" "$@"
}

# known NAME: a parameter's value; 3 when there is none, 1 when that cannot be told.
known() {
  local answer
  if answer=$(ssm GetParameter "{\"Name\":\"$1\",\"WithDecryption\":true}"); then
    json_field Value <<<"$answer"
    return
  fi
  case $answer in *ParameterNotFound*) return 3 ;; esac
  return 1
}

# private FILE: takes what is to be in it from standard input; nobody else may read it.
private() { (umask 077 && cat >"$1"); }

# masked: without bootstrap tokens and certificate keys.
masked() { sed -E 's/[a-z0-9]{6}\.[a-z0-9]{16}/(token)/g; s/[0-9a-f]{64}/(key)/g'; }

# renew [KEY]: a bootstrap token for a day, and the certificates of the control plane for two hours, sealed with the key
# that is known, or else with this one. Nodes join with what then stands in the parameters.
renew() {
  local token hash key config=/run/holdfast-kubernetes-certs
  read -r _ _ key < <(known "$Path/manager-token")
  key=${1:-${key:-$(openssl rand -hex 32)}}
  hash=$(openssl x509 -pubkey -noout -in "$Pki/ca.crt" | openssl pkey -pubin -outform der | openssl dgst -sha256 -r | cut -d ' ' -f 1)
  token=$(kubeadm token create --ttl 24h --description holdfast) && [ -n "$hash" ] || return
  private "$config" <<CONFIG
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
certificateKey: $key
localAPIEndpoint:
  advertiseAddress: $Address
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: $(kubeadm version -o short)
CONFIG
  timeout 60 kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$config" 2>&1 | masked
  [ "${PIPESTATUS[0]}" = 0 ] && put_parameter "$Path/worker-token" "$token sha256:$hash" && put_parameter "$Path/manager-token" "$token sha256:$hash $key"
  local result=$?
  rm -f "$config"
  return "$result"
}
