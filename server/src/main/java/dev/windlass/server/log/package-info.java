/**
 * The layouts of log lines, one for people and one for machines. They are independent of what is
 * logged.
 */
package dev.windlass.server.log;
