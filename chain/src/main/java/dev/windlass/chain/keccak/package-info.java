/**
 * The permutation keccak-f[1600], for one state and for several at once, and the hashing of one
 * running message and of many messages together. It knows nothing of chains.
 */
package dev.windlass.chain.keccak;
