/**
 * The packaged jar behind the real launcher, each command in a process of its own; run after the
 * jar is packaged, by {@code ./mvnw verify}.
 */
package dev.windlass.server.packaged;
