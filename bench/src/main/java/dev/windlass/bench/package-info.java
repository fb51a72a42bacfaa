/** How fast: the benchmarks behind {@code windlass bench}. */
package dev.windlass.bench;
