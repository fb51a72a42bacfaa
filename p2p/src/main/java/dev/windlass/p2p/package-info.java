/** Who is connected: dialling, sessions as peers, and what other nodes are told. */
package dev.windlass.p2p;
