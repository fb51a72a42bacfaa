/**
 * RLPx, the encrypted transport of devp2p. It proves the identity of the other end, and that each
 * frame is from it. Pure: bytes in, bytes out. The connection around it owns the socket.
 */
package dev.windlass.wire.devp2p.rlpx;
