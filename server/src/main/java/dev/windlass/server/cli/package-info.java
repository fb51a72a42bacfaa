/**
 * The command line: one class per command, the options that commands share, and where an option's
 * value comes from when the command line does not give it.
 */
package dev.windlass.server.cli;
