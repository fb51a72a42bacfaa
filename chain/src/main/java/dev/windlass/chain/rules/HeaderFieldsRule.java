package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.List;
import java.util.Optional;

/** A header has the fields that the forks until its own brought, and no others. */
public final class HeaderFieldsRule implements HeaderRule {
  @Override
  public String name() {
    return "header-fields";
  }

  /** Each field that a fork appended to the first fifteen, in the order of the header. */
  private static final List<String> LATER =
      List.of(
          "base fee",
          "withdrawals root",
          "blob gas used",
          "excess blob gas",
          "parent beacon block root",
          "requests hash",
          "block access list hash",
          "slot number");

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    int expected = expected(header, rules);
    int count = header.fieldCount();
    if (count == expected) {
      return Optional.empty();
    }
    int first = Math.min(count, expected) - BlockHeader.FIELDS_MIN;
    String named = first < LATER.size() ? LATER.get(first) : "field " + Math.min(count, expected);
    return Optional.of(
        "has "
            + count
            + " header fields, its fork "
            + expected
            + (count < expected ? "; lacks the " : "; must not have the ")
            + named);
  }

  private static int expected(BlockHeader header, ChainRules rules) {
    if (!rules.isActive(Fork.LONDON, header)) {
      return BlockHeader.FIELDS_MIN;
    }
    if (!rules.isActive(Fork.SHANGHAI, header)) {
      return 16;
    }
    if (!rules.isActive(Fork.CANCUN, header)) {
      return 17;
    }
    if (!rules.isActive(Fork.PRAGUE, header)) {
      return 20;
    }
    return rules.isActive(Fork.AMSTERDAM, header) ? 23 : 21;
  }
}
