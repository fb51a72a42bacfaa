/** How is an event told: quantities that a layout writes out, and how often the same is told. */
package dev.windlass.p2p.log;
