#!/usr/bin/env bash
# A chain whose headers have right hashes, and cannot be walked from its head to its genesis.
#
# Version   hardhat 2.26.0 (npm).
# Seen      "hardhat_mine" of up to seven blocks makes them like any others. Of eight and more it makes the first two
#           and the last one, and only these three are pushed to subscribers of newHeads. Those between exist
#           if they are asked for, by number and by hash. But each of them names 32 zero bytes as its parent, though
#           the last one names the true hash of the block below it. So a walk by parent hashes from the head
#           makes one step and then meets a block that looks like a genesis with a number above 0.
# What to   Mine in steps of seven if something is to follow the chain.
# do
#
# Needs node from 18 on and npm. About half a minute; all that runs listens on 127.0.0.1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dev-node/install.sh" hardhat@2.26.0

cat >main.mjs <<'JS'
import {end, expect, start} from './dev-node.mjs';

const {ask, block, heads} = await start('hardhat');
const pushed = await heads();

// The numbers of the blocks whose parent hash is not the hash of the block below.
async function breaks() {
  const broken = [];
  const head = Number(await ask('eth_blockNumber'));
  for (let number = 1; number <= head; number++) {
    const {parentHash} = await block(number);
    if (parentHash !== (await block(number - 1)).hash) broken.push([number, BigInt(parentHash) === 0n]);
  }
  return broken;
}

await ask('hardhat_mine', '0x7');
expect('seven at once are pushed as', [1, 2, 3, 4, 5, 6, 7], await pushed());
expect('breaks', [], await breaks());
await ask('hardhat_mine', '0x8');
expect('eight at once are pushed as', [8, 9, 15], await pushed());
const between = [10, 11, 12, 13, 14].map(number => [number, true]);
expect('breaks, and whether the parent is zero', between, await breaks());
const last = await block(14);
expect('block 14 by its hash', last.number, (await ask('eth_getBlockByHash', last.hash, false)).number);
expect('the parent of block 15', last.hash, (await block(15)).parentHash);
end();
JS
node main.mjs
