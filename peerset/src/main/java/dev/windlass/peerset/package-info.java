/**
 * Whom can be asked, for how much, and who is late: the registered peers with what each proved able
 * to do. Pure: no clock, no threads.
 */
package dev.windlass.peerset;
