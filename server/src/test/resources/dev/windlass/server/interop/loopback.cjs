// Keeps a program of node on loopback, whatever it asks for: below node's own modules every address
// is a number. Where it would listen on all addresses it listens on 127.0.0.1.
'use strict';

const { TCP } = process.binding('tcp_wrap');
const { UDP } = process.binding('udp_wrap');
const LOOPBACK = '127.0.0.1';
const NO_SUCH_ADDRESS = -99;

function isLoopback(address) {
  return address === '::1' || address.startsWith('127.');
}

function demand(address) {
  if (!isLoopback(address)) {
    throw new Error(`loopback only: ${address} is not`);
  }
}

for (const { prototype } of [TCP, UDP]) {
  const { bind, bind6 } = prototype;
  prototype.bind = function (address, ...rest) {
    return bind.call(this, isLoopback(address) ? address : LOOPBACK, ...rest);
  };
  // Node tries IPv4 next.
  prototype.bind6 = function (address, ...rest) {
    return isLoopback(address) ? bind6.call(this, address, ...rest) : NO_SUCH_ADDRESS;
  };
}

for (const name of ['connect', 'connect6']) {
  const connect = TCP.prototype[name];
  TCP.prototype[name] = function (request, address, ...rest) {
    demand(address);
    return connect.call(this, request, address, ...rest);
  };
  const connectUdp = UDP.prototype[name];
  UDP.prototype[name] = function (address, ...rest) {
    demand(address);
    return connectUdp.call(this, address, ...rest);
  };
}

for (const name of ['send', 'send6']) {
  const send = UDP.prototype[name];
  UDP.prototype[name] = function (request, list, count, ...rest) {
    // A connected socket has no address here: port and address, or only whether to call back.
    if (typeof rest[1] === 'string') {
      demand(rest[1]);
    }
    return send.call(this, request, list, count, ...rest);
  };
}
