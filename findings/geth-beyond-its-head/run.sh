#!/usr/bin/env bash
# What geth answers beyond the head and the range that it announces over eth/69.
#
# Version: go-ethereum v1.17.8.
#
# 1. Asked in reverse from a number above its head, it answers from its head, with the count reduced
#    by the numbers that it left out; if the count does not reach down to the head, with nothing. Asked
#    by a hash that it does not have, with nothing. (A client that takes the first header for the one
#    that it asked for sees a broken link.)
# 2. After import-history its Status says 0..0, but it serves headers, by number and by hash, and bodies
#    of all 8,191 blocks that it imported. (A client that takes the range for a bound never asks.)
#
# Output seen: the two files beside this script. It fails if geth answers otherwise. It needs go, curl
# and python3; all that runs listens on 127.0.0.1, and lies in a temporary folder. The chains are those
# of go-ethereum's own tests.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=v1.17.8
work=$(mktemp -d)
geth=
stop() {
  [ -z "$geth" ] || { kill "$geth" 2>/dev/null && wait "$geth" 2>/dev/null || true; }
  geth=
}
trap 'stop; chmod -R u+w "$work"; rm -rf "$work"' EXIT

export GOTOOLCHAIN=auto GOFLAGS=-mod=mod
mkdir "$work/ask" "$work/bin"
cp "$here/ask.go" "$work/ask/main.go"
cd "$work/ask"
go mod init ask 2>/dev/null
go get "github.com/ethereum/go-ethereum@$version" "github.com/ethereum/go-ethereum/p2p/rlpx@$version" 2>/dev/null
go build -o "$work/bin/ask" .
GOBIN=$work/bin go install "github.com/ethereum/go-ethereum/cmd/geth@$version"
sources=$(go list -m -f '{{.Dir}}' github.com/ethereum/go-ethereum)

port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start DATA OPTION...: starts geth and leaves its enode in $enode.
start() {
  local data=$1 http
  shift
  http=$(port)
  printf '[Node.P2P]\nListenAddr = "127.0.0.1:%s"\nNoDiscovery = true\nBootstrapNodes = []\nBootstrapNodesV5 = []\n' "$(port)" >"$data/p2p.toml"
  "$work/bin/geth" --datadir "$data" --config "$data/p2p.toml" --nat none --ipcdisable --http --http.addr 127.0.0.1 \
    --http.port "$http" --http.api admin,eth --authrpc.addr 127.0.0.1 --authrpc.port "$(port)" "$@" >"$data/log" 2>&1 &
  geth=$!
  enode=
  for _ in $(seq 120); do
    enode=$(curl -s -H 'content-type: application/json' "http://127.0.0.1:$http" \
      -d '{"jsonrpc":"2.0","id":1,"method":"admin_nodeInfo","params":[]}' | grep -o 'enode://[^"?]*' || true)
    [ -n "$enode" ] && return
    sleep 0.5
  done
  cat "$data/log" >&2
  exit 1
}

check() {
  diff -u "$here/$1" "$work/$1" || { echo "$1: geth answers otherwise than it did" >&2; exit 1; }
  echo "$1: as before"
}

# 1. The chain of go-ethereum's own eth-test: 600 blocks.
chain=$sources/cmd/devp2p/internal/ethtest/testdata
"$work/bin/geth" --datadir "$work/first" init "$chain/genesis.json" >"$work/init.log" 2>&1
"$work/bin/geth" --datadir "$work/first" import "$chain/chain.rlp" >"$work/import.log" 2>&1
start "$work/first"
"$work/bin/ask" "$enode" number:600:20 number:605:20 number:619:20 number:620:20 number:700:1024 \
  "hash:0x$(printf '%064d' 7):20" >"$work/above-the-head.txt"
stop
check above-the-head.txt

# 2. The first era of Sepolia.
mkdir "$work/era"
cp "$sources/core/rawdb/eradb/testdata/sepolia-00000-643a00f7.era1" "$work/era/"
(cd "$work/era" && sha256sum ./*.era1 | cut -d' ' -f1 | sed 's/^/0x/' >checksums.txt)
"$work/bin/geth" --datadir "$work/second" --sepolia import-history --era.format era1 "$work/era" >"$work/history.log" 2>&1
start "$work/second" --sepolia
"$work/bin/ask" "$enode" number:8191:1024 number:1000:1024 every:1:1023:8 every:8191:1:1 chain:8191:1024 \
  chain:1024:1024 body:8191 body:1 >"$work/after-import-history.txt"
stop
check after-import-history.txt
