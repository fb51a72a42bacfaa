// Starts anvil, hardhat or ganache on a port of loopback, asks it, and listens to its newHeads.
import {spawn} from 'node:child_process';
import {createServer} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import WebSocket from 'ws';

const commands = {
  anvil: port => ['anvil', '--host', '127.0.0.1', '--port', port, '--silent'],
  ganache: port => ['ganache', '--server.host', '127.0.0.1', '--server.port', port],
  hardhat: port => ['hardhat', 'node', '--hostname', '127.0.0.1', '--port', port],
};

const freePort = () =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address();
      server.close(() => resolve(port));
    });
  });

export async function start(name) {
  const port = await freePort();
  const [command, ...options] = commands[name](port);
  const node = spawn(`node_modules/.bin/${command}`, options, {stdio: 'ignore'});
  process.on('exit', () => node.kill());

  async function ask(method, ...params) {
    const body = JSON.stringify({jsonrpc: '2.0', id: 1, method, params});
    const headers = {'content-type': 'application/json'};
    const answer = await (await fetch(`http://127.0.0.1:${port}`, {method: 'POST', headers, body})).json();
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  const block = number => ask('eth_getBlockByNumber', typeof number === 'number' ? `0x${number.toString(16)}` : number, false);

  async function mine(count) {
    for (let i = 0; i < count; i++) await ask('evm_mine');
  }

  // Hands out what was pushed since the last call, once the newest block of the node was pushed.
  // What is pushed for one block is pushed in order, so nothing that came before it is still on its way.
  async function heads() {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    const pushed = [];
    await new Promise(resolve => {
      socket.on('open', () => socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}'));
      socket.on('message', text => {
        const message = JSON.parse(text);
        if (message.id) resolve();
        else pushed.push(message.params.result);
      });
    });
    return async () => {
      const {hash} = await block('latest');
      for (let i = 0; i < 100 && !pushed.some(head => head.hash === hash); i++) await pause(100);
      return pushed.splice(0).map(head => Number(head.number));
    };
  }

  for (let i = 0; ; i++) {
    try {
      await ask('eth_chainId');
      break;
    } catch (e) {
      if (i === 300) throw e;
      await pause(200);
    }
  }
  return {ask, block, mine, heads};
}

let changed = false;

export function expect(what, expected, seen) {
  const isSame = JSON.stringify(seen) === JSON.stringify(expected);
  console.log(`${what}: ${JSON.stringify(seen)}${isSame ? '' : `, expected ${JSON.stringify(expected)}`}`);
  changed ||= !isSame;
}

export function end() {
  console.log(changed ? 'changed' : 'as described');
  process.exit(changed ? 1 : 0);
}
