/** The identity of a chain: networks, their forks, and genesis files. */
package dev.windlass.wire.network;
