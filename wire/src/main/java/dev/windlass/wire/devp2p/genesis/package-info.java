/**
 * Genesis files of geth's and Besu's form: from them come a chain's ids, its first block and its
 * forks.
 */
package dev.windlass.wire.devp2p.genesis;
