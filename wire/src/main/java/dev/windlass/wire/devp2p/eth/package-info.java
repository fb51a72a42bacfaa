/** eth, the protocol for chain data, from version 66 on: messages, their bytes, and sessions. */
package dev.windlass.wire.devp2p.eth;
