# What boot scripts and documents share. Needs bash and a curl that signs requests (7.75 or newer).

say() { echo "holdfast: $*" >&2; }

# metadata PATH: what the instance knows of itself (IMDSv2).
metadata() {
  local token=${MetadataToken:-}
  [ -n "$token" ] || token=$(metadata_token) || return
  curl -sf -m 5 --retry 9 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

# metadata_token: for several questions in a row, as `MetadataToken`.
metadata_token() {
  curl -sf -m 5 --retry 9 --retry-connrefused -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 600' http://169.254.169.254/latest/api/token
}

# json_field NAME: the first string of that name in the JSON on standard input.
json_field() {
  local text
  IFS= read -r -d '' text
  [[ ! $text =~ \"$1\"[[:space:]]*:[[:space:]]*\"([^\"]*)\" ]] || printf '%s\n' "${BASH_REMATCH[1]}"
}

# ssm OPERATION JSON: one call of Systems Manager with the node's own role. Prints the answer; fails when it is an error.
# Keys, token and values go through standard input, so that no list of processes shows them.
ssm() {
  local MetadataToken=${MetadataToken:-} role keys region domain endpoint answer code
  [ -n "$MetadataToken" ] || MetadataToken=$(metadata_token) || return
  role=$(metadata iam/security-credentials/) || return
  keys=$(metadata "iam/security-credentials/$role") || return
  region=$(metadata placement/region) || return
  domain=$(metadata services/domain) || domain=amazonaws.com
  endpoint=${AWS_ENDPOINT_URL_SSM:-${AWS_ENDPOINT_URL:-https://ssm.$region.$domain}}
  answer=$(curl -sS -m 30 --retry 3 -K - -w '\n%{http_code}' --aws-sigv4 "aws:amz:$region:ssm" -H 'Content-Type: application/x-amz-json-1.1' -H "X-Amz-Target: AmazonSSM.$1" "$endpoint/" <<CONFIG
user = "$(json_field AccessKeyId <<<"$keys"):$(json_field SecretAccessKey <<<"$keys")"
header = "X-Amz-Security-Token: $(json_field Token <<<"$keys")"
data = "$(sed 's/[\\"]/\\&/g' <<<"$2")"
CONFIG
  ) || return
  code=${answer##*$'\n'}
  printf '%s\n' "${answer%$'\n'*}"
  [ "$code" = 200 ]
}

# parameter NAME: its value, decrypted.
parameter() {
  local answer
  answer=$(ssm GetParameter "{\"Name\":\"$1\",\"WithDecryption\":true}") || return
  json_field Value <<<"$answer"
}

# put_parameter NAME VALUE [String|SecureString]
put_parameter() {
  ssm PutParameter "{\"Name\":\"$1\",\"Value\":\"$2\",\"Type\":\"${3:-SecureString}\",\"Overwrite\":true}" >/dev/null
}

# create_parameter NAME VALUE: 0 when it was written by this call, 3 when it was there before, 1 on any other error.
create_parameter() {
  local answer
  answer=$(ssm PutParameter "{\"Name\":\"$1\",\"Value\":\"$2\",\"Type\":\"String\",\"Overwrite\":false}") && return 0
  case $answer in *ParameterAlreadyExists*) return 3 ;; esac
  say "cannot write parameter $1"
  return 1
}

# parameters_under PATH: a line `name value` for each, decrypted.
parameters_under() {
  local answer next=''
  while :; do
    answer=$(ssm GetParametersByPath "{\"Path\":\"$1\",\"Recursive\":true,\"WithDecryption\":true$next}") || return
    { tr -d '\n' <<<"$answer"; echo; } | sed 's/} *, *{/}\n{/g' | while read -r one; do
      [ -z "$(json_field Name <<<"$one")" ] || echo "$(json_field Name <<<"$one") $(json_field Value <<<"$one")"
    done
    next=$(json_field NextToken <<<"$answer")
    [ -n "$next" ] || return 0
    next=",\"NextToken\":\"$next\""
  done
}

delete_parameter() { ssm DeleteParameter "{\"Name\":\"$1\"}" >/dev/null; }

# retry SECONDS COMMAND…: until it succeeds, for so long; a second between two tries.
retry() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 1
  done
}
