/**
 * The reservation queue: which blocks are still wanted. It reserves missing blocks for peers,
 * oldest first, inside a bounded window. Pure: no clock, no threads.
 */
package dev.windlass.queue;
