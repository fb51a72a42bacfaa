/** The stored links of a chain, and the work of the store. */
package dev.windlass.downloader.links;
