/**
 * Windlass against the nodes that exist, each in a process of its own on loopback; run by the
 * profile {@code interop} alone.
 */
package dev.windlass.server.interop;
