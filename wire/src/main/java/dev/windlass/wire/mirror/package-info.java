/** Folders of era files behind a web server: what they list, and their files, fetched in parts. */
package dev.windlass.wire.mirror;
