/** The port through which blocks, links of hash chains and bans are stored. */
package dev.windlass.chain.store;
