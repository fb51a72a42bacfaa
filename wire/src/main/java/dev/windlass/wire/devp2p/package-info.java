/**
 * devp2p: connections to the nodes of the network, over which the eth protocols are spoken. It
 * knows sockets and messages, and nothing of the downloader.
 */
package dev.windlass.wire.devp2p;
