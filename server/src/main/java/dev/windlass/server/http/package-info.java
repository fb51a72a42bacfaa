/**
 * The HTTP endpoints of a node: health, status, heads and metrics. All classes here read published
 * snapshots, and never the state that the downloader's event loop owns.
 */
package dev.windlass.server.http;
