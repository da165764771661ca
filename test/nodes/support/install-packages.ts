import { execFileSync } from 'node:child_process';
import { accessSync } from 'node:fs';

/** Debian's packages that the suites run, and a program of each. */
const PACKAGES: Readonly<Record<string, string>> = {
  tini: '/usr/bin/tini',
  curl: '/usr/bin/curl',
  iproute2: '/sbin/ip',
  'busybox-static': '/bin/busybox',
  'docker.io': '/usr/sbin/dockerd',
  'etcd-server': '/usr/bin/etcd',
  'etcd-client': '/usr/bin/etcdctl',
  zookeeper: '/usr/share/java/zookeeper.jar',
};

const isThere = (path: string): boolean => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
};

/** Installs what is missing, where that is possible: on Debian, as root. Elsewhere the suites say what they miss. */
export function setup(): void {
  const missing = Object.entries(PACKAGES).flatMap(([name, path]) => (isThere(path) ? [] : [name]));
  if (missing.length === 0 || process.getuid?.() !== 0 || !isThere('/usr/bin/apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  process.stderr.write(`installing ${missing.join(', ')}\n`);
  try {
    execFileSync('apt-get', ['-qq', 'update'], { env, stdio: 'inherit' });
    execFileSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], {
      env,
      stdio: 'inherit',
    });
  } catch (error) {
    process.stderr.write(
      `could not install ${missing.join(', ')}: ${error instanceof Error ? error.message : error}\n`,
    );
  }
}
