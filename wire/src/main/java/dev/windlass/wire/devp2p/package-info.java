/**
 * devp2p: connections to the nodes of the network, and the eth protocols over them. It knows
 * sockets and messages, but not the downloader.
 */
package dev.windlass.wire.devp2p;
