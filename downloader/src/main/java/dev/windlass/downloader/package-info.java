/**
 * The pure core of a node. It turns events into actions, from an announced head to the last insert,
 * and decides what happens next.
 */
package dev.windlass.downloader;
