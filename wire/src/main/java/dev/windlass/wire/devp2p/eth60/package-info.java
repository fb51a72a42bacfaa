/** eth/60 and eth/61, the hash protocol of 2015: messages, sessions, and what is served. */
package dev.windlass.wire.devp2p.eth60;
