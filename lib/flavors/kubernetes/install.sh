# Makes the machine one that kubeadm can use. It installs what the image lacks from the package sources that the image has.

has() { command -v "$1" >/dev/null; }

install_packages() {
  ! has kubeadm || ! has kubelet || ! has kubectl || ! has containerd || return 0
  say "installs kubeadm, kubelet, kubectl and containerd"
  if has apt-get; then
    export DEBIAN_FRONTEND=noninteractive
    retry 300 timeout 300 apt-get -q update && retry 300 timeout 600 apt-get -qy install containerd kubelet kubeadm kubectl
  else
    retry 300 timeout 600 dnf -qy --disableexcludes=all install containerd kubelet kubeadm kubectl
  fi
}

# What kubeadm's preflight checks ask for; kubelet and containerd have to agree on systemd's cgroups.
tune_machine() {
  swapoff -a
  sed -i '/^[^#].*[[:space:]]swap[[:space:]]/d' /etc/fstab
  printf 'overlay\nbr_netfilter\n' >/etc/modules-load.d/holdfast-kubernetes.conf
  modprobe -a overlay br_netfilter
  printf 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n' >/etc/sysctl.d/90-holdfast-kubernetes.conf
  sysctl -q -p /etc/sysctl.d/90-holdfast-kubernetes.conf
  printf 'runtime-endpoint: unix:///run/containerd/containerd.sock\n' >/etc/crictl.yaml
  if ! grep -q 'SystemdCgroup = true' /etc/containerd/config.toml 2>/dev/null; then
    mkdir -p /etc/containerd
    containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/' >/etc/containerd/config.toml
    systemctl restart containerd
  fi
  systemctl -q enable --now containerd && systemctl -q enable kubelet
}
