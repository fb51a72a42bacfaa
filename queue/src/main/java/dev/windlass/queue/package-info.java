/**
 * What is still wanted: the reservation queue, which hands the missing blocks to whoever asks,
 * oldest first, inside a bounded window. Pure: no clock, no threads.
 */
package dev.windlass.queue;
