/**
 * The messages of 2015, by which a hash peer serves bare hashes and whole blocks: eth/60 and 61.
 */
package dev.windlass.wire.eth60;
