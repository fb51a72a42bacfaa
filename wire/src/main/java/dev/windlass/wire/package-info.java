/** How bytes become messages: everything that reads blocks from outside. */
package dev.windlass.wire;
