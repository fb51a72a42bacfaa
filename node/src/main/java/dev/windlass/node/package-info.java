/** One store, one downloader and its peers. */
package dev.windlass.node;
