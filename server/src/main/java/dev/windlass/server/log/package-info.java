/**
 * The lines of the log: the values in them, which people read in one form and machines in another,
 * and how a line is written for each. Knows of no sync.
 */
package dev.windlass.server.log;
