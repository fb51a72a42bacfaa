#!/usr/bin/env bash
# On a proof-of-work chain of low difficulty, geth and ethereumjs compute different difficulties, so
# each refuses the blocks of the other.
#
# Versions   go-ethereum v1.17.8 (Go); @ethereumjs/block 10.1.0 (npm).
# Seen       The rules are those of Homestead. The parent is block 999,999 with the least difficulty,
#            131,072, and its child comes 20 seconds later. The bomb is 256 then.
#              geth        131328   raises the difficulty to the least one, and then adds the bomb
#              ethereumjs  131264   adds the bomb to 131,008, and then raises the sum, if need be
#            The formula of the Yellow Paper is that of ethereumjs. So are the vectors of ethereum/tests
#            (BasicTests/difficultyCustomHomestead.json) for parents below the least difficulty. No
#            public network was ever at the least difficulty with a bomb. A chain that one miner makes
#            is, from block 200,000 on.
# What to    Compute as the client does that made the chain. Windlass computes as geth does.
# do
#
# Needs go, node from 18 on and npm, and the network for their packages. About a minute.
set -euo pipefail

folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"

cat >main.go <<'GO'
package main

import (
	"fmt"
	"math/big"
	"os"

	"github.com/ethereum/go-ethereum/consensus/ethash"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/params"
)

func main() {
	before, _ := new(big.Int).SetString(os.Args[1], 10)
	parent := &types.Header{
		Number:     big.NewInt(999_999),
		Time:       1_000,
		Difficulty: before,
		UncleHash:  types.EmptyUncleHash,
	}
	rules := &params.ChainConfig{ChainID: big.NewInt(1), HomesteadBlock: new(big.Int)}
	fmt.Println(ethash.CalcDifficulty(rules, 1_020, parent))
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/ethereum/go-ethereum@v1.17.8 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o geth-difficulty .

npm init --yes >/dev/null
npm install --silent --no-fund --no-audit @ethereumjs/block@10.1.0 @ethereumjs/common@10.1.0
cat >difficulty.mjs <<'JS'
import {createBlockHeader} from '@ethereumjs/block';
import {Common, Mainnet} from '@ethereumjs/common';

const common = new Common({chain: Mainnet, hardfork: 'homestead'});
const header = fields => createBlockHeader(fields, {common});
const parent = header({number: 999_999, timestamp: 1_000, difficulty: BigInt(process.argv[2])});
const child = header({number: 1_000_000, timestamp: 1_020});
console.log(String(child.ethashCanonicalDifficulty(parent)));
JS

expect() {
  printf '%-42s %s\n' "$1" "$3"
  if [ "$2" != "$3" ]; then
    echo "changed: expected $2" >&2
    exit 1
  fi
}

expect 'geth, parent of 1,000,000' 999768 "$(./geth-difficulty 1000000)"
expect 'ethereumjs, parent of 1,000,000' 999768 "$(node difficulty.mjs 1000000)"
expect 'geth, parent of the least difficulty' 131328 "$(./geth-difficulty 131072)"
expect 'ethereumjs, parent of the least difficulty' 131264 "$(node difficulty.mjs 131072)"
echo 'as described'
