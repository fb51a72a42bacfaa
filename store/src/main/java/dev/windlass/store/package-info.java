/** Where blocks live: the stores behind the port {@link dev.windlass.chain.BlockStore}. */
package dev.windlass.store;
