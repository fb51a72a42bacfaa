/**
 * The image of the Dockerfile, built and run without Docker, each container in namespaces of its
 * own; run by the profile {@code container} alone.
 */
package dev.windlass.server.container;
