#!/usr/bin/env bash
# One account of a genesis file has numbers by three rules of spelling.
#
# Seen with go-ethereum v1.17.8: a storage slot or its value must have an even number of digits, so
# the spellings that JSON-RPC prescribes for quantities ("0x0", "0x1") are refused, and so is "0",
# as public files for Besu have it; "0x" may be left out there. An empty slot is slot 0 without a
# word: the genesis hash is that of "00". The code of the same account must have its "0x" and may be
# empty; its balance and nonce may be decimal, hexadecimal, of any length, or empty. A file that
# other nodes start with may thus be refused, for one digit.
#
# Needs go, and the network for its modules; takes about a minute.
set -euo pipefail

folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/ethereum/go-ethereum/core"
)

func main() {
	genesis := new(core.Genesis)
	if err := json.Unmarshal([]byte(os.Args[1]), genesis); err != nil {
		fmt.Println("refused")
		return
	}
	fmt.Println("taken", genesis.ToBlock().Hash())
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/ethereum/go-ethereum@v1.17.8 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o read .

failed=0
said=
check() {
  local account=$1 expected=$2
  said=$(./read "{\"config\": {\"chainId\": 5}, \"gasLimit\": \"0x1000\", \"difficulty\": \"1\",
    \"alloc\": {\"00000000000000000000000000000000000000aa\": $account}}")
  echo "$account: $said"
  if [ "${said%% *}" != "$expected" ]; then
    echo "expected: $expected" >&2
    failed=1
  fi
}

check '{"balance": "1", "storage": {"0x0": "0x01"}}' refused
check '{"balance": "1", "storage": {"0": "0x01"}}' refused
check '{"balance": "1", "storage": {"0x00": "0x1"}}' refused
check '{"balance": "1", "storage": {"00": "01"}}' taken
zero=$said
check '{"balance": "1", "storage": {"": "01"}}' taken
if [ "$said" != "$zero" ]; then
  echo "an empty slot is another one than 00" >&2
  failed=1
fi
check '{"balance": "1", "code": "60"}' refused
check '{"balance": "1", "code": ""}' taken
check '{"balance": "0x1", "nonce": "1"}' taken
check '{"balance": "001", "nonce": "0x01"}' taken
check '{"balance": "", "nonce": ""}' taken
exit "$failed"
