/** The walks, which follow a chain backwards from its anchor. */
package dev.windlass.downloader.walk;
