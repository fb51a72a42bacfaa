/** Start, configure, show and serve: the command line, the node, its HTTP endpoints and metrics. */
package dev.windlass.server;
