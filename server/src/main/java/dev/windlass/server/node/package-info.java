/**
 * The running node: one store, the downloader over it, the links to its peers, and the endpoints
 * that show it.
 */
package dev.windlass.server.node;
