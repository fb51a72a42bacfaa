/**
 * The connections to other nodes. It dials them, makes their sessions peers of the downloader, and
 * announces our blocks to them.
 */
package dev.windlass.p2p;
