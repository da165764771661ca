import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { ssmDocument } from '../../lib/flavors/node/documents.js';
import type { NodeOutput } from '../../lib/ports/flavor.js';

export const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

const Path = '/holdfast/us/shop';

/**
 * etcdctl of etcd v3.5, by its plain output (etcd.io/docs/v3.5/op-guide/runtime-configuration and
 * .../tutorials/how-to-check-cluster-status): `member list` gives id, status, name, peer and client URLs, learner;
 * `endpoint status` gives endpoint, id, version, size, leader, learner, term, indexes, errors.
 */
const ETCDCTL = `
case " $* " in
  *' member list '*) cat "$Etcd/members" ;;
  *' member remove '*) sed -i "/^\${!#}, /d" "$Etcd/members" "$Etcd/status"; echo "remove \${!#}" >>"$Etcd/calls" ;;
  *' move-leader '*) echo "move-leader \${!#}" >>"$Etcd/calls" ;;
  *' endpoint status '*) cut -d '|' -f 2 "$Etcd/status" | while read -r line; do case "$*" in *"\${line%%, *}"* | *127.0.0.1*) echo "$line" ;; esac; done ;;
esac`;

const FAKES: Readonly<Record<string, string>> = {
  crictl: `case " $* " in *' ps '*) [ ! -e "$Etcd/down" ] && echo 4f5e1c ;; *) ${ETCDCTL} ;; esac`,
  // The real one, but for where the API server is.
  kubectl: `args=(); while [ $# -gt 0 ]; do case $1 in --kubeconfig | --server) shift 2 ;; *) args+=("$1"); shift ;; esac; done
exec "$Kubectl" --server "$Api" "\${args[@]}"`,
  curl: `case "$*" in
  *X-Amz-Target*) cat >/dev/null; case "$*" in *GetParameter*) printf '{"__type":"ParameterNotFound"}\\n400' ;; *) printf '{}\\n200' ;; esac ;;
  */api/token*) echo token ;;
  */instance-id*) echo i-0a ;;
  */local-ipv4*) echo 10.0.1.10 ;;
  */security-credentials/) echo role ;;
  *) echo '{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c"}' ;;
esac`,
};

/** A node of the control plane whose tools are the real kubectl and stand-ins. */
export class KubernetesNode {
  readonly #home = mkdtempSync(join(tmpdir(), 'holdfast-kubernetes-'));
  readonly #etcd = join(this.#home, 'etcd');
  readonly #api: string;

  /** `joined`: into which cluster's path. */
  constructor(api: string, { joined = Path }: { joined?: string } = {}) {
    this.#api = api;
    for (const folder of ['bin', 'etcd', 'lib', 'etc']) mkdirSync(join(this.#home, folder));
    for (const [name, body] of Object.entries(FAKES)) {
      writeFileSync(join(this.#home, 'bin', name), `#!/bin/bash\n${body}\n`);
      chmodSync(join(this.#home, 'bin', name), 0o755);
    }
    writeFileSync(join(this.#home, 'etc', 'admin.conf'), '');
    if (joined !== '') writeFileSync(join(this.#home, 'lib', 'kubernetes'), `${joined}\n`);
  }

  /** What etcdctl says from now on. */
  etcd(members: readonly string[], status: readonly string[]): void {
    writeFileSync(join(this.#etcd, 'members'), members.map((line) => `${line}\n`).join(''));
    const byId = status.map((line) => `${line.split(', ')[1]}, |${line}\n`);
    writeFileSync(join(this.#etcd, 'status'), byId.join(''));
  }

  /** What etcd was told to change. */
  etcdCalls(): readonly string[] {
    const calls = join(this.#etcd, 'calls');
    return existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
  }

  run(document: string, parameters: Readonly<Record<string, string>> = {}): Promise<NodeOutput> {
    const found = nodeDocuments.find(({ name }) => name === document);
    if (found === undefined) throw new Error(`no document "${document}"`);
    const values: Readonly<Record<string, string>> = { Path, ...parameters };
    const script = ssmDocument(found)
      .mainSteps.flatMap(({ inputs }) => inputs.runCommand)
      .join('\n')
      .replace(/\{\{ (\w+) \}\}/g, (_, name: string) => values[name] ?? '')
      .replaceAll('/var/lib/holdfast', join(this.#home, 'lib'))
      .replaceAll('/etc/kubernetes', join(this.#home, 'etc'));
    return this.#bash(script);
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }

  #bash(script: string): Promise<NodeOutput> {
    const real = spawnSync('bash', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).stdout.trim();
    const env = {
      PATH: `${join(this.#home, 'bin')}:${process.env.PATH ?? ''}`,
      HOME: this.#home,
      Etcd: this.#etcd,
      Kubectl: real,
      Api: this.#api,
    };
    return new Promise((done) => {
      const bash = spawn('bash', ['-s'], { env });
      let stdout = '';
      let stderr = '';
      bash.stdout.on('data', (text: Buffer) => {
        stdout += text.toString();
      });
      bash.stderr.on('data', (text: Buffer) => {
        stderr += text.toString();
      });
      bash.on('close', (code) => done({ exitCode: code ?? 1, stdout, stderr }));
      bash.stdin.end(script);
    });
  }
}
