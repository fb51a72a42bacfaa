#!/usr/bin/env bash
# geth answers with a header, or with a whole block, several times as fast by methods that clients rarely call.
#
# Version    go-ethereum v1.17.8, --dev.
# Seen       Forty blocks of some 160 transfers, each way asked for all of them in one batch after a restart. Milliseconds
#            for each block on one machine:
#              eth_getHeaderByNumber             0.3
#              debug_getRawHeader                0.7
#              eth_getBlockByNumber, hashes      0.9
#              debug_getRawBlock                 1.1
#              eth_getBlockByNumber, whole      10.1
#            For a block, even with the hashes of its transactions only, geth reads and hashes all of them. For whole
#            transactions it also recovers each sender from its signature. debug_getRawHeader reads the whole block too if
#            it is asked by number, to know the hash. The specification of JSON-RPC has no eth_getHeaderByNumber.
# What to    Ask for headers with eth_getHeaderByNumber if the node knows it, and for blocks with debug_getRawBlock if the
# do         operator offers debug. Windlass tries both at the connection.
#
# Installs geth in a temporary folder, and removes it. Exits with 1 if the first is not twice as fast as the third, or the
# fourth not four times as fast as the last. Needs go, curl and awk. About three minutes the first time.
set -euo pipefail

folder=$(mktemp -d)
geth=
stop() {
  [ -z "$geth" ] || kill "$geth" 2>/dev/null || true
  [ -z "$geth" ] || wait "$geth" 2>/dev/null || true
  geth=
}
end() {
  stop
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"

blocks=40
mined=60
transfers=150
port=18745

GOBIN=$folder go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8

start() {
  ./geth --dev --datadir data --ipcdisable --http --http.addr 127.0.0.1 \
    --http.port "$port" --http.api eth,debug,dev,admin --authrpc.addr 127.0.0.1 --authrpc.port 0 \
    --miner.gaslimit 30000000 --txpool.accountslots 4096 --txpool.accountqueue 4096 \
    --dev.period "$1" >geth.log 2>&1 &
  geth=$!
  for _ in $(seq 60); do
    if curl -sf -m 2 -H 'content-type: application/json' -o /dev/null \
      -d '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' "http://127.0.0.1:$port"; then
      return
    fi
    sleep 1
  done
  cat geth.log >&2
  return 1
}

call() {
  curl -sf -m 120 -H 'content-type: application/json' -d @"$1" "http://127.0.0.1:$port"
}

# A batch for some blocks: the method, what follows the number among its parameters, the first block and the last one.
batch() {
  awk -v method="$1" -v rest="$2" -v first="$3" -v last="$4" 'BEGIN {
    printf "["
    for (i = first; i <= last; i++)
      printf "%s{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":[\"0x%x\"%s]}", (i > first ? "," : ""), i, method, i, rest
    printf "]"
  }'
}

number() {
  echo '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}' >number.json
  printf '%d' "$(call number.json | sed -E 's/.*"result":"(0x[0-9a-f]+)".*/\1/')"
}

# Each second a block with the transfers of that second.
start 1
echo '{"jsonrpc":"2.0","id":1,"method":"eth_accounts","params":[]}' >accounts.json
account=$(call accounts.json | sed -E 's/.*"(0x[0-9a-f]{40})".*/\1/')
awk -v from="$account" -v transfers="$transfers" 'BEGIN {
  printf "["
  for (i = 1; i <= transfers; i++)
    printf "%s{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"eth_sendTransaction\",\"params\":[{\"from\":\"%s\",\"to\":\"0x%040x\",\"value\":\"0x1\",\"gas\":\"0x5208\"}]}", (i > 1 ? "," : ""), i, from, 4096 + i
  printf "]"
}' >transfers.json
for _ in $(seq 400); do
  call transfers.json >sent.json
  [ "$(number)" -lt "$mined" ] || break
  sleep 0.8
done
[ "$(number)" -ge "$mined" ]
stop
# Without a period no block comes by itself.
start 0

# Milliseconds for each block, and the bytes of the answers.
measure() {
  # Other blocks first: a program that has just begun is slow.
  batch "$2" "$3" $((blocks + 1)) "$mined" >batch.json
  for _ in 1 2 3; do
    call batch.json >answers.json
  done
  batch "$2" "$3" 1 "$blocks" >batch.json
  begin=$(date +%s%N)
  call batch.json >answers.json
  end=$(date +%s%N)
  if grep -q '"error"' answers.json; then
    head -c 500 answers.json >&2
    return 1
  fi
  awk -v name="$1" -v ns=$((end - begin)) -v blocks="$blocks" -v bytes="$(wc -c <answers.json)" \
    'BEGIN { printf "%-32s %8.3f ms %8d bytes\n", name, ns / 1e6 / blocks, bytes / blocks }' | tee -a figures.txt
}

measure eth_getHeaderByNumber eth_getHeaderByNumber ''
stop && start 0
measure debug_getRawHeader debug_getRawHeader ''
stop && start 0
measure eth_getBlockByNumber,hashes eth_getBlockByNumber ,false
stop && start 0
measure debug_getRawBlock debug_getRawBlock ''
stop && start 0
measure eth_getBlockByNumber,whole eth_getBlockByNumber ,true

awk '{ms[$1] = $2} END {
  quick = 2 * ms["eth_getHeaderByNumber"] < ms["eth_getBlockByNumber,hashes"]
  raw = 4 * ms["debug_getRawBlock"] < ms["eth_getBlockByNumber,whole"]
  if (!quick || !raw) { print "changed"; exit 1 }
  print "as described"
}' figures.txt
