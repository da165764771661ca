import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Parameter Store and the metadata service, as far as `node.sh` asks them; values are files under $Store. */
const CURL = `
case "$*" in
  */api/token*) echo token; exit ;;
  */instance-id*) echo "$Self"; exit ;;
  */local-ipv4*) echo "$SelfAddress"; exit ;;
  */availability-zone*) echo eu-central-1a; exit ;;
  *X-Amz-Target*) ;;
  */security-credentials/) echo role; exit ;;
  *) echo '{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c"}'; exit ;;
esac
body=$(sed -n 's/^data = "\\(.*\\)"$/\\1/p' | sed 's/\\\\\\(.\\)/\\1/g')
field() { grep -o "\\"$1\\":\\"[^\\"]*\\"" <<<"$body" | head -n 1 | sed 's/^[^:]*:"//; s/"$//'; }
file="$Store/$(field Name | tr / _)"
case "$*" in
  *GetParametersByPath*) under=$(field Path | tr / _); printf '{"Parameters":['; for one in "$Store/$under"_*; do [ ! -e "$one" ] || printf '{"Name":"%s","Value":"%s"}' "\${one##*/}" "$(cat "$one")"; done; printf ']}\\n200' ;;
  *GetParameter*) if [ -e "$file" ]; then printf '{"Value":"%s"}\\n200' "$(cat "$file")"; else printf '{"__type":"ParameterNotFound"}\\n400'; fi ;;
  *PutParameter*) case $body in *'"Overwrite":false'*) [ ! -e "$file" ] || { printf '{"__type":"ParameterAlreadyExists"}\\n400'; exit; } ;; esac; printf %s "$(field Value)" >"$file"; printf '{}\\n200' ;;
esac`;

/** What kubeadm v1.31 prints has a token and a key in it: kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init. */
const KUBEADM = `
echo "kubeadm $*" >>"$Home/calls"
while [ $# -gt 0 ]; do words+=" $1"; [ "$1" != --config ] || config=$2; shift; done
printed='kubeadm join 10.0.1.10:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
case $words in
  *' version '*) echo v1.31.1 ;;
  *' token create '*) echo fedcba.fedcba9876543210 ;;
  *' upload-certs '*) cp "$config" "$Home/certs.yaml"; echo "Using certificate key: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" ;;
  *' init '*) cp "$config" "$Home/init.yaml"; mkdir -p "$Home/etc/kubernetes/pki"; : >"$Home/etc/kubernetes/admin.conf"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=kubernetes -keyout /dev/null -out "$Home/etc/kubernetes/pki/ca.crt" 2>/dev/null; echo "$printed" ;;
  *' join '*) cp "$config" "$Home/join.yaml"; echo "$printed" ;;
esac`;

const TOOLS: Readonly<Record<string, string>> = {
  curl: CURL,
  kubeadm: KUBEADM,
  kubectl: `[ -e "$Home/etc/kubernetes/admin.conf" ] && { case "$*" in *namespace*) printf 'uid-of-kube-system' ;; *) echo "kubectl $*" >>"$Home/calls" ;; esac; }`,
  // Every API server is there.
  timeout: 'shift; case "$*" in */dev/tcp/*) exit 0 ;; *) exec "$@" ;; esac',
  containerd: 'echo "SystemdCgroup = false"',
  ...Object.fromEntries(
    ['kubelet', 'systemctl', 'swapoff', 'modprobe', 'sysctl', 'sleep'].map((tool) => [tool, ':']),
  ),
};

/** A machine that boots a Kubernetes node with stand-ins for all tools; machines of one `store` have one Parameter Store. */
export class KubernetesMachine {
  readonly #home = mkdtempSync(join(tmpdir(), 'holdfast-kubernetes-'));
  readonly #id: string;
  readonly #address: string;
  readonly #store: string;

  constructor(id: string, address: string, store: string) {
    this.#id = id;
    this.#address = address;
    this.#store = store;
    for (const folder of [
      'bin',
      'etc/modules-load.d',
      'etc/sysctl.d',
      'etc/systemd/system',
      'run/systemd/system',
      'var/log',
    ])
      mkdirSync(join(this.#home, folder), { recursive: true });
    for (const file of ['etc/fstab', 'etc/hosts']) writeFileSync(join(this.#home, file), '');
    for (const [tool, body] of Object.entries(TOOLS)) {
      writeFileSync(join(this.#home, 'bin', tool), `#!/bin/bash\n${body}\n`);
      chmodSync(join(this.#home, 'bin', tool), 0o755);
    }
  }

  boot(init: string): void {
    const here = init.replace(/(?<![\w/.])\/(etc|run|var|usr\/local)\//g, `${this.#home}/$1/`);
    const env = {
      PATH: `${join(this.#home, 'bin')}:${process.env.PATH ?? ''}`,
      Home: this.#home,
      Store: this.#store,
      Self: this.#id,
      SelfAddress: this.#address,
    };
    spawnSync('bash', ['-s'], { input: here, env });
  }

  forget(path: string): void {
    rmSync(join(this.#home, path));
  }

  has(path: string): boolean {
    return existsSync(join(this.#home, path));
  }

  read(path: string): string {
    return this.has(path) ? readFileSync(join(this.#home, path), 'utf8').replaceAll(this.#home, '') : '';
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
