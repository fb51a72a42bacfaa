/** Strict RLP, and the roots of Merkle-Patricia tries. */
package dev.windlass.chain.rlp;
