/**
 * The registered peers with their measured capacities: which can be asked, for how much, and which
 * are late. Pure: no clock, no threads.
 */
package dev.windlass.peerset;
