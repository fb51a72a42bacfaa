/**
 * What a block is, and whether it is right: hashes, headers and blocks as views over the bytes they
 * came in, and the rules that prove that a block belongs to its hash.
 */
package dev.windlass.chain;
