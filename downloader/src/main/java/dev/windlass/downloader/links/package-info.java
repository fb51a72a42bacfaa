/** What of a chain is stored already, and what has the store to do? */
package dev.windlass.downloader.links;
