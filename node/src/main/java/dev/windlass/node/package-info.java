/**
 * A node: one store, one downloader and its peers. It starts them in order, gives them their
 * bounds, and stops them.
 */
package dev.windlass.node;
