/** eth/60 and eth/61, the hash protocol of 2015: messages, their bytes, sessions, and serving. */
package dev.windlass.wire.devp2p.eth60;
