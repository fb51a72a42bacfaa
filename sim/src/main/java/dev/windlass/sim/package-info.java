/**
 * Does it hold under every schedule: simulated peers with their faults, and the simulator that runs
 * the unchanged core in virtual time.
 */
package dev.windlass.sim;
