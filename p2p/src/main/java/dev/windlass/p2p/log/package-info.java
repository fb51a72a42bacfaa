/**
 * The values of log lines, which each layout formats in its own way, and the rule that limits how
 * often a line repeats.
 */
package dev.windlass.p2p.log;
