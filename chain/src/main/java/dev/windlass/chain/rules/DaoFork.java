package dev.windlass.chain.rules;

/**
 * The fork that returned the funds of The DAO.
 *
 * @param number its first block
 * @param isSupported whether the chain made it; the other chain forbids its mark
 */
public record DaoFork(long number, boolean isSupported) {}
