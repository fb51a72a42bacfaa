/**
 * What next: the pure core that turns events into actions, from an announced head to the last
 * insert.
 */
package dev.windlass.downloader;
