/**
 * The demo: a whole sync on one machine, from simulated peers on timers, of which two misbehave.
 * The only place where the product uses the simulator's peers.
 */
package dev.windlass.server.demo;
