/** Which chain is this: networks, their forks, and genesis files. */
package dev.windlass.wire.network;
