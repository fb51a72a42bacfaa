/**
 * Where blocks live: the last station of the flow before serving. The processor inserts proven
 * blocks here, syncs keep their links here, and everything that is served is read from here.
 */
package dev.windlass.store;
