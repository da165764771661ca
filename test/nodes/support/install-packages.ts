import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Debian's packages, and a file of each that is there once it is installed. */
export type Packages = Readonly<Record<string, string>>;

/** What the suites run. */
const PACKAGES: Packages = {
  'busybox-static': '/bin/busybox',
  containerd: '/usr/bin/containerd',
  curl: '/usr/bin/curl',
  'docker.io': '/usr/sbin/dockerd',
  'etcd-client': '/usr/bin/etcdctl',
  'etcd-server': '/usr/bin/etcd',
  'galera-4': '/usr/lib/galera/libgalera_smm.so',
  hostname: '/bin/hostname',
  iproute2: '/sbin/ip',
  iptables: '/usr/sbin/iptables',
  // Of suites of `npm test` that skip without them.
  'kubernetes-client': '/usr/bin/kubectl',
  'mariadb-server': '/usr/sbin/mariadbd',
  procps: '/usr/bin/pgrep',
  rsync: '/usr/bin/rsync',
  runc: '/usr/sbin/runc',
  shellcheck: '/usr/bin/shellcheck',
  tini: '/usr/bin/tini',
  zookeeper: '/usr/share/java/zookeeper.jar',
};

/** While it is there and says 101, no package starts its daemon. https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
const POLICY = '/usr/sbin/policy-rc.d';

export const setup = (): void => install(PACKAGES);

/** Installs what is missing, where that is possible: on Debian, as root. Elsewhere the suites say what they miss. */
export const install = (packages: Packages): void => {
  const missing = Object.entries(packages).flatMap(([name, path]) => (existsSync(path) ? [] : [name]));
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  process.stderr.write(`installing ${missing.join(', ')}\n`);
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...missing);
  } catch (error) {
    process.stderr.write(
      `could not install ${missing.join(', ')}: ${error instanceof Error ? error.message : error}\n`,
    );
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
};

const apt = (...args: readonly string[]): void => {
  execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};
