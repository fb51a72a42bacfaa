/**
 * The command line. It has one class per command, the options that commands share, and the sources
 * of values that the command line does not give.
 */
package dev.windlass.server.cli;
