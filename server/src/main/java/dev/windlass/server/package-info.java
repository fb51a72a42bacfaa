/**
 * The product around a node. It parses the command line, starts the node, shows its progress, and
 * serves HTTP and metrics.
 */
package dev.windlass.server;
