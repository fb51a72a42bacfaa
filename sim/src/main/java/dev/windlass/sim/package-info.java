/**
 * The simulator. The product uses its made chains. Its tests run the unchanged core in virtual
 * time, with simulated peers and their faults.
 */
package dev.windlass.sim;
