/** The benchmarks behind {@code windlass bench}. They measure parts of a node and whole nodes. */
package dev.windlass.bench;
