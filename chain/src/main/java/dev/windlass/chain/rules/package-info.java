/**
 * Which rule of its chain does a block break, given its ancestors? One class is one rule. Nothing
 * is executed. {@link dev.windlass.chain.BlockRules} prove a block before it is checked here.
 */
package dev.windlass.chain.rules;
