package dev.windlass.chain.rules;

/** One rule. It has no state, and each class is one rule. Its kind tells what it is given. */
public sealed interface Rule permits AnyChainRule, HeaderRule, BlockRule, TransactionRule {
  /** In lower case with hyphens, as logs and evidence name it. */
  String name();
}
