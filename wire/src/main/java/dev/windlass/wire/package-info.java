/** Every reader of blocks from outside: network messages and files. */
package dev.windlass.wire;
