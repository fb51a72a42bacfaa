/** Questions to a peer, answers from a chain, and the proof of an answer's items. */
package dev.windlass.chain.exchange;
