#!/usr/bin/env bash
# A node that is asked for a block by its hash answers with a block of another hash.
#
# Version   ganache 7.9.2 (npm).
# Seen      evm_revert takes a block away, and its hash then gives null, as it should. As soon as another
#           block has the same number, the old hash gives that other block, whose hash field differs
#           from the hash that was asked for. The count of transactions by the old hash is that of the other
#           block too. ganache keeps the number that belonged to the hash, and looks up the number.
# What to   Compare the hash of each answer with the one that was asked for, even with a node of one's own.
# do
#
# Needs node from 18 on and npm. About half a minute; all that runs listens on 127.0.0.1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/dev-node/install.sh" ganache@7.9.2

cat >main.mjs <<'JS'
import {end, expect, start} from './dev-node.mjs';

const {ask, block, mine} = await start('ganache');
const byHash = hash => ask('eth_getBlockByHash', hash, false);
const [from, to] = await ask('eth_accounts');
await mine(1);
const before = await ask('evm_snapshot');
await ask('eth_sendTransaction', {from, to, value: '0x1'});
const old = await block(2);
expect('transactions of the old block 2', 1, old.transactions.length);
await ask('evm_revert', before);
expect('the old hash after evm_revert', null, await byHash(old.hash));
await mine(1);
const young = await block(2);
expect('the new block 2 has the old hash', false, young.hash === old.hash);
expect('the old hash gives the new block 2', young.hash, (await byHash(old.hash)).hash);
expect('transactions by the old hash', '0x0', await ask('eth_getBlockTransactionCountByHash', old.hash));
end();
JS
node main.mjs
