/** JSON-RPC nodes as a source: calls, limits, and blocks rebuilt from JSON. */
package dev.windlass.wire.jsonrpc;
