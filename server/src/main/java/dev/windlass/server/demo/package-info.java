/**
 * The demo: a whole sync on one machine, from simulated peers on timers, of which two misbehave. It
 * uses the made chain of the simulator.
 */
package dev.windlass.server.demo;
