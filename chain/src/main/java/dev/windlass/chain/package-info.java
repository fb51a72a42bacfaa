/**
 * What a block is, and whether it is right: hashes, strict RLP, headers and blocks as views over
 * the bytes they came in, the rules that prove a block belongs to its hash, and the port through
 * which blocks are stored. Used by every other module; knows none of them.
 */
package dev.windlass.chain;
