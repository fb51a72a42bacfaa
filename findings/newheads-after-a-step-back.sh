#!/usr/bin/env bash
# Three nodes for developers: what a subscriber of newHeads hears if the chain goes back.
#
# Versions  @foundry-rs/anvil 1.7.1, hardhat 2.26.0, ganache 7.9.2 (npm).
# Seen      After evm_revert, and after anvil_rollback, the head is an older block, and none of the three pushes
#           anything. A subscriber learns of it with the next block, which has a number that it has seen already, or
#           never. anvil_reorg replaces blocks and keeps the height: it pushes each new block, in order. So
#           with the same node one kind of step back is heard in full and the other one not at all.
# What to   Ask for the head from time to time too.
# do
#
# Needs node from 18 on and npm. About a minute; all that runs listens on 127.0.0.1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dev-node/install.sh" @foundry-rs/anvil@1.7.1 hardhat@2.26.0 ganache@7.9.2

cat >main.mjs <<'JS'
import {end, expect, start} from './dev-node.mjs';

for (const name of ['anvil', 'hardhat', 'ganache']) {
  const {ask, mine, heads} = await start(name);
  const pushed = await heads();
  await mine(2);
  const before = await ask('evm_snapshot');
  await mine(3);
  expect(`${name} mines five`, [1, 2, 3, 4, 5], await pushed());
  await ask('evm_revert', before);
  expect(`${name} is back at`, '0x2', await ask('eth_blockNumber'));
  await mine(1);
  expect(`${name} has pushed, one block later,`, [3], await pushed());
  if (name === 'anvil') {
    await ask('anvil_rollback', 2);
    expect('anvil is rolled back to', '0x1', await ask('eth_blockNumber'));
    await mine(3);
    expect('anvil has pushed, three blocks later,', [2, 3, 4], await pushed());
    await ask('anvil_reorg', 3, []);
    expect('anvil has pushed after anvil_reorg', [2, 3, 4], await pushed());
  }
}
end();
JS
node main.mjs
