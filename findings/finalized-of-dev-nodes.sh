#!/usr/bin/env bash
# Three nodes for developers: what "finalized" means.
#
# Versions  @foundry-rs/anvil 1.7.1, hardhat 2.26.0, ganache 7.9.2 (npm).
# Seen      hardhat and ganache: "safe" and "finalized" are the head itself, and go back with it if evm_revert takes
#           blocks away. anvil: "safe" is 32 blocks and "finalized" 64 blocks below the head, and is the genesis before.
#           There evm_revert and anvil_rollback go below it too, and anvil_reorg replaces finalized blocks by
#           others while the number stays. What was tested with one of them as final is not so with another.
# What to   Do not rely on finality in tests with these nodes: expect a finalized block to be replaced.
# do
#
# Needs node from 18 on and npm. About a minute; all that runs listens on 127.0.0.1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dev-node/install.sh" @foundry-rs/anvil@1.7.1 hardhat@2.26.0 ganache@7.9.2

cat >main.mjs <<'JS'
import {end, expect, start} from './dev-node.mjs';

for (const [name, distances] of [['anvil', [0, 32, 64]], ['hardhat', [0, 0, 0]], ['ganache', [0, 0, 0]]]) {
  const {ask, block, mine} = await start(name);
  const tags = async () => Promise.all(['latest', 'safe', 'finalized'].map(async tag => Number((await block(tag)).number)));
  const at = head => distances.map(distance => Math.max(0, head - distance));
  await mine(10);
  expect(`${name} at 10: latest, safe, finalized`, at(10), await tags());
  const before = await ask('evm_snapshot');
  await mine(90);
  expect(`${name} at 100`, at(100), await tags());
  await ask('evm_revert', before);
  expect(`${name} back at 10`, at(10), await tags());
  if (name === 'anvil') {
    await mine(90);
    const final = await block('finalized');
    await ask('anvil_reorg', 90, []);
    const other = await block('finalized');
    expect('anvil after anvil_reorg has this block finalized', final.number, other.number);
    expect('with the same hash', false, other.hash === final.hash);
  }
}
end();
JS
node main.mjs
