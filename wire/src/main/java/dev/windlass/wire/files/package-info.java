/**
 * Files of blocks as a source: concatenated RLP, plain or gzip, and the era formats. Each file is
 * read as one chain without gaps.
 */
package dev.windlass.wire.files;
