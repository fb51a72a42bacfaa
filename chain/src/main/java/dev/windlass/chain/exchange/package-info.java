/** What a peer is asked, what it answers, and what of the answer is proven. */
package dev.windlass.chain.exchange;
