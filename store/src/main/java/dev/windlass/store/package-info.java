/**
 * The store of blocks, the last stage before serving. The processor inserts proven blocks here.
 * Syncs keep their links here. Every served item is read from here.
 */
package dev.windlass.store;
