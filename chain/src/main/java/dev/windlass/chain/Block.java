package dev.windlass.chain;

public final class Block {}
