/**
 * What the node shows and takes over HTTP: health, status, heads and metrics. Everything here reads
 * published snapshots; nothing points at state that the downloader's event loop owns.
 */
package dev.windlass.server.http;
