# inside.sh DISK HOSTNAME PROFILE: makes an instance's root over the host's own and becomes its process 1, which runs the user data.
set -euo pipefail
disk=$1 host=$2 profile=$3
read -r pid _ </proc/self/stat
hostname "$host"

# Of the host, an instance sees what packages install, and what it wrote itself.
mkdir -p "$disk"/{upper,work,root,data}
hide() { [ -e "$disk/upper$1" ] || { mkdir -p "$disk/upper${1%/*}"; mknod "$disk/upper$1" c 0 0; }; }
for path in /* /.[!.]*; do
  case $path in /bin | /etc | /lib* | /sbin | /usr | /var) ;; *) hide "$path" ;; esac
done
for path in /usr/local /etc/ssh /etc/hosts /etc/hostname /etc/resolv.conf /var/{log,tmp,mail,backups,spool,cache}; do
  if [ -e "$path" ]; then hide "$path"; fi
done
mount -t overlay overlay -o "lowerdir=/,upperdir=$disk/upper,workdir=$disk/work" "$disk/root"
cd "$disk/root"
mkdir -p proc sys dev run tmp root home opt mnt srv usr/local/{bin,sbin,lib,share} .old var/log var/tmp var/spool var/mail var/cache/apt/archives/partial var/lib/cloud/instance
chmod 700 root
chmod 1777 tmp var/tmp
: >etc/resolv.conf
echo "$host" >etc/hostname
printf '127.0.0.1 localhost\n%s %s\n' "$(hostname -I | tr -d ' ')" "$host" >etc/hosts

for path in /var/log/*/; do
  install -d -m "$(stat -c %a "$path")" -o "$(stat -c %u "$path")" -g "$(stat -c %g "$path")" ".$path"
done

# Where software keeps its state: empty, owned as its package left it, on the disk itself (an overlay lies on no overlay).
for path in docker containerd etcd zookeeper mysql kubelet amazon; do
  mkdir -p "$disk/data/$path" "var/lib/$path"
  if [ -d "/var/lib/$path" ]; then
    chown --reference="/var/lib/$path" "$disk/data/$path"
    chmod --reference="/var/lib/$path" "$disk/data/$path"
  fi
  mount --bind "$disk/data/$path" "var/lib/$path"
done

mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t proc proc .old
mount --bind .old/sys/net proc/sys/net
umount -l .old
if [ -e proc/sysrq-trigger ]; then mount --bind /dev/null proc/sysrq-trigger; fi
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
while IFS=: read -r _ controllers _; do
  case $controllers in
    '') at=unified type=cgroup2 options=rw ;;
    name=*) at=${controllers#name=} type=cgroup options=none,$controllers ;;
    *) at=$controllers type=cgroup options=$controllers ;;
  esac
  if [ "$type" = cgroup2 ] && [ "$(wc -l </proc/self/cgroup)" = 1 ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    continue
  fi
  mkdir "sys/fs/cgroup/$at"
  mount -t "$type" -o "$options" "$type" "sys/fs/cgroup/$at"
done </proc/self/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for path in null zero full random urandom tty fuse; do
  if [ -e "/dev/$path" ]; then
    : >"dev/$path"
    mount --bind "/dev/$path" "dev/$path"
  fi
done
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t mqueue mqueue dev/mqueue
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=755 tmpfs run
mkdir run/lock run/holdfast
mount -t tmpfs tmpfs tmp
if [ -d "$disk/files" ]; then cp -a "$disk/files/." .; fi
cp "$disk/user-data" var/lib/cloud/instance/user-data.txt
chmod 700 var/lib/cloud/instance/user-data.txt
cp "$profile" run/holdfast/environment
cat >run/holdfast/with-environment <<'RUN'
set -a
. /run/holdfast/environment
set +a
cd /
exec "$@"
RUN
cat >run/holdfast/start <<'START'
read -r -n 2 magic </var/lib/cloud/instance/user-data.txt
if [ "$magic" = '#!' ]; then
  /var/lib/cloud/instance/user-data.txt >>/var/log/cloud-init-output.log 2>&1
  echo $? >/run/holdfast/user-data-ended
fi
exec sleep infinity
START

pivot_root . .old
cd /
umount -l /.old
rmdir /.old
echo "$pid"
exec </dev/null >/var/log/console.log 2>&1
exec env -i bash /run/holdfast/with-environment tini -- bash /run/holdfast/start
