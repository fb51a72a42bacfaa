/**
 * Folders of era files as peers, behind a web server or on this machine. A file is brought when it
 * is asked for, and its blocks are judged like those of every other peer.
 */
package dev.windlass.p2p.mirror;
