/**
 * RLPx, the encrypted transport of devp2p: who is at the other end, and frames that only it can
 * have sent. Pure: bytes in, bytes out; the connection around it owns the socket.
 */
package dev.windlass.wire.devp2p.rlpx;
