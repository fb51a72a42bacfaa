#!/usr/bin/env bash
# Syncs a made chain from one geth three times: by geth's own client, by a bare client and by
# Windlass, in turn in one run, first over loopback, then behind 50 ms of latency.
#
#   bench/wire.sh GETH TOXIPROXY CHAIN HEAD
#
# GETH       the binary of go-ethereum v1.17.8
# TOXIPROXY  the server's binary, v2.12.0
# CHAIN      a folder with genesis.json and chain.rlp; what is made goes into a folder beside them
# HEAD       the hash of the last block of chain.rlp
set -euo pipefail
[ $# = 4 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
geth=$(realpath "$1") toxiproxy=$(realpath "$2") chain=$(realpath "$3") head=$4
windlass=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../windlass")
rounds=${ROUNDS:-3}
work=$(mktemp -d "$chain/bench-wire.XXXXXX")
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap stop EXIT

# A geth of its own data, port base and log; its HTTP is up when this returns.
start_geth() { # name, p2p port, http port, options...
  local folder=$work/$1 p2p=$2 http=$3
  shift 3
  mkdir -p "$folder"
  printf '[Node.P2P]\nListenAddr = "127.0.0.1:%s"\nNoDiscovery = true\nBootstrapNodes = []\nBootstrapNodesV5 = []\n' \
    "$p2p" > "$folder/p2p.toml"
  "$geth" --datadir "$folder/data" init "$chain/genesis.json" > "$folder/init.log" 2>&1
  if [ -n "${IMPORT:-}" ]; then
    "$geth" --datadir "$folder/data" import "$chain/chain.rlp" > "$folder/import.log" 2>&1
  fi
  "$geth" --datadir "$folder/data" --config "$folder/p2p.toml" --nat none --syncmode full --ipcdisable \
    --networkid "$network" --http --http.addr 127.0.0.1 --http.port "$http" --http.api admin,eth \
    --authrpc.addr 127.0.0.1 --authrpc.port $((http + 1)) "$@" > "$folder/log" 2>&1 &
  pids+=($!)
  until ask "$http" admin_nodeInfo > /dev/null 2>&1; do sleep 0.2; done
}

ask() { # http port, method, parameters
  curl -sf -m 5 -H 'content-type: application/json' "http://127.0.0.1:$1" \
    -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$2\",\"params\":[${3:-}]}"
}

# Headers per second of geth's own client, from its debug log: from the first question to the
# beginning of the cycle that finds nothing left to ask.
geth_client() { # enode
  start_geth client 31404 31816 --verbosity 4 --synctarget "$head"
  ask 31816 admin_addPeer "\"$1\"" > /dev/null
  local log=$work/client/log
  until grep -q 'Starting reverse header sync cycle.*cont=0$' "$log"; do sleep 0.2; done
  kill "${pids[-1]}"
  wait "${pids[-1]}" 2>/dev/null || true
  unset 'pids[-1]'
  awk -v blocks="$blocks" '
    /Starting reverse header sync cycle/ {
      split($1, at, /[|:\]]/)
      now = at[2] * 3600 + at[3] * 60 + at[4]
      if (begun == "") begun = now; else { printf "%.0f", blocks / (now - begun); exit }
    }' "$log"
  rm -rf "$work/client"
}

measure() { # enode, label
  local round
  for round in $(seq "$rounds"); do
    echo "$2 round=$round geth_client_headers_per_second=$(geth_client "$1")" \
      "$("$windlass" bench wire --from "$1" --genesis-file "$chain/genesis.json" --anchor "$head" \
        2>> "$work/windlass.log")"
  done
}

network=$(tr -d ' \n' < "$chain/genesis.json" | sed 's/.*"chainId":\([0-9]*\).*/\1/')
IMPORT=yes start_geth server 31403 31805
blocks=$((16#$(ask 31805 eth_blockNumber | sed 's/.*"result":"0x\([0-9a-f]*\)".*/\1/')))
enode=$(ask 31805 admin_nodeInfo | sed 's/.*"enode":"\(enode:[^?"]*\).*/\1/')
measure "$enode" latency=0ms

"$toxiproxy" -host 127.0.0.1 -port 31474 > "$work/toxiproxy.log" 2>&1 &
pids+=($!)
until curl -sf http://127.0.0.1:31474/version > /dev/null; do sleep 0.2; done
curl -sf http://127.0.0.1:31474/proxies \
  -d '{"name":"geth","listen":"127.0.0.1:31473","upstream":"127.0.0.1:31403"}' > /dev/null
curl -sf http://127.0.0.1:31474/proxies/geth/toxics \
  -d '{"type":"latency","stream":"downstream","attributes":{"latency":50}}' > /dev/null
measure "${enode%:*}:31473" latency=50ms
