/**
 * The shell around the core: one Vert.x verticle owns it and performs its actions, one worker
 * writes the store.
 */
package dev.windlass.downloader.verticle;
