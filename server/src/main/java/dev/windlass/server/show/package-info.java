/**
 * What a person sees while a sync runs: log lines, a bar on a terminal, and the formats of both.
 * The formatters are pure; only the reporter has a timer.
 */
package dev.windlass.server.show;
