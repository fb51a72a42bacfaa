/** eth, the protocol of chains, in the versions from 66 on, as messages and their bytes. */
package dev.windlass.wire.devp2p.eth;
