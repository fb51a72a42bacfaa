package dev.windlass.chain.rules;

/** How blocks were agreed on before the merge. */
public enum Consensus {
  /** Proof of work. A chain that was merged from its genesis on has no block of it. */
  ETHASH,
  /** Proof of authority (EIP-225). */
  CLIQUE
}
