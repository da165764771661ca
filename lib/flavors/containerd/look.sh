# What containerd says of the task, and how the probe went:
#   task <RUNNING|STOPPED|PAUSED|none>
#   probe <ok|failed|none> [reason]
#   end 2
# Exit 66: containerd does not answer.
tasks=$(timeout 10 ctr -n holdfast task ls 2>/dev/null) || {
  say "containerd does not answer"
  exit 66
}
status=$(awk '$1 == "task" { print $3 }' <<<"$tasks")
case $status in
  RUNNING | STOPPED | PAUSED) ;;
  PAUSING) status=PAUSED ;;
  '' | CREATED) status=none ;;
  *)
    say "containerd says that the task is $status"
    exit 66
    ;;
esac
ProbeKind='' ProbePort='' ProbePath=''
# shellcheck source=/dev/null
[ ! -e /var/lib/holdfast/containerd/settings ] || . /var/lib/holdfast/containerd/settings

http_probe() {
  local code
  code=$(curl -s -o /dev/null -m 3 --noproxy '*' -w '%{http_code}' "http://127.0.0.1:$ProbePort$ProbePath")
  case $code in
    [23]??) echo ok ;;
    000) echo "failed no answer from port $ProbePort within 3 s" ;;
    *) echo "failed port $ProbePort answers $code" ;;
  esac
}

tcp_probe() {
  if timeout 3 bash -c ": </dev/tcp/127.0.0.1/$ProbePort" 2>/dev/null; then
    echo ok
  else
    echo "failed port $ProbePort takes no connection"
  fi
}

probe=none
[ "$status" != RUNNING ] || case $ProbeKind in
  http) probe=$(http_probe) ;;
  tcp) probe=$(tcp_probe) ;;
esac
printf 'task %s\nprobe %s\nend 2\n' "$status" "$probe"
