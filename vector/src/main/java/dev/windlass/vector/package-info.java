/**
 * Keccak on the vectors of the processor. It is of use only if the virtual machine was started with
 * the module jdk.incubator.vector, and everything works without it.
 */
package dev.windlass.vector;
