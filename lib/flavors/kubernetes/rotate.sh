# kubernetes-rotate: new bootstrap tokens and a new key for the certificates. The old ones are worth nothing at once.

speak
kube -n kube-system delete secret --field-selector type=bootstrap.kubernetes.io/token >&2 || { say "cannot delete the tokens"; exit 1; }
retry 60 renew "$(openssl rand -hex 32)" >&2 || { say "cannot renew the tokens"; exit 1; }
