/**
 * What a block is, and whether it is valid. Has hashes, headers and blocks as views over their
 * bytes, and the rules that prove that a block belongs to its hash.
 */
package dev.windlass.chain;
