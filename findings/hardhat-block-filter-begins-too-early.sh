#!/usr/bin/env bash
# A filter for new blocks that begins with a block that is not new.
#
# Versions  hardhat 2.26.0, and @foundry-rs/anvil 1.7.1 and ganache 7.9.2 beside it (npm).
# Seen      eth_newBlockFilter is for the blocks after the call. The first eth_getFilterChanges of hardhat gives the hash
#           of the block that was the head at the call, though no block was made since, and further blocks after it.
#           anvil and ganache give what came after the call alone. The second answer is right with all three.
# What to   Do not count what comes, and take a hash that is known already for no sign of a reorg.
# do
#
# Needs node from 18 on and npm. About a minute; all that runs listens on 127.0.0.1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dev-node/install.sh" @foundry-rs/anvil@1.7.1 hardhat@2.26.0 ganache@7.9.2

cat >main.mjs <<'JS'
import {end, expect, start} from './dev-node.mjs';

for (const [name, first] of [['hardhat', [3]], ['anvil', []], ['ganache', []]]) {
  const {ask, block, mine} = await start(name);
  await mine(3);
  const filter = await ask('eth_newBlockFilter');
  const changes = async () => {
    const hashes = await ask('eth_getFilterChanges', filter);
    const blocks = await Promise.all(hashes.map(hash => ask('eth_getBlockByHash', hash, false)));
    return blocks.map(({number}) => Number(number));
  };
  expect(`${name}: a filter at block 3 has at once`, first, await changes());
  await mine(2);
  expect(`${name}: after two more blocks`, [4, 5], await changes());
  expect(`${name}: and then`, [], await changes());
  expect(`${name}: head`, '0x5', (await block('latest')).number);
}
end();
JS
node main.mjs
