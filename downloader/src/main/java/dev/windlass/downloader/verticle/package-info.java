/**
 * The shell around the core. One Vert.x verticle owns the core and performs its actions. One worker
 * writes the store.
 */
package dev.windlass.downloader.verticle;
