/** How is a chain followed, from its anchor backwards? */
package dev.windlass.downloader.walk;
