/** JSON-RPC nodes as peers, and as sources of heads. */
package dev.windlass.p2p.rpc;
