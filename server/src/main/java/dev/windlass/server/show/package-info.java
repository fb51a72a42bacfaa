/**
 * The display of a sync: log lines, a bar on a terminal, and the formats of both. The formatters
 * are pure. Only the reporter has a timer.
 */
package dev.windlass.server.show;
