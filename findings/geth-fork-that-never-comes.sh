#!/usr/bin/env bash
# A genesis file may put a fork off "for ever" with a number of any length, such as 49 nines.
#
# Seen with go-ethereum v1.17.8: the genesis is taken, and the fork checksum of EIP-2124 goes on
# with the lower 64 bits of the number, without a word: a node says over the wire that its next fork
# is block 17909126868192198655. Two nodes whose files say "never" with different numbers therefore
# tell each other different next forks. With 2^64 the lower bits are 0, which is left out like a fork
# at the genesis: that node says that it knows of no further fork.
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
	"github.com/ethereum/go-ethereum/core/forkid"
)

func main() {
	genesis := new(core.Genesis)
	if err := json.Unmarshal([]byte(os.Args[1]), genesis); err != nil {
		panic(err)
	}
	id := forkid.NewID(genesis.Config, genesis.ToBlock(), 1000, 0)
	fmt.Println(id.Next)
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/ethereum/go-ethereum@v1.17.8 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o next .

failed=0
check() {
  local never=$1 expected=$2 said
  said=$(./next "{\"config\": {\"chainId\": 5, \"londonBlock\": $never}, \"gasLimit\": \"0x1000\", \"difficulty\": \"1\", \"alloc\": {}}")
  echo "londonBlock $never: next $said"
  if [ "$said" != "$expected" ]; then
    echo "expected $expected" >&2
    failed=1
  fi
}

check 9999999999999999999999999999999999999999999999999 17909126868192198655
check 9223372036854775808 9223372036854775808
check 18446744073709551616 0
exit "$failed"
